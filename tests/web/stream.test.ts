// stream.test.ts -- the stream of live numbers: read, kept alive, opened again, given up.

import './dom';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReader } from 'page/lib/events';
import { createStream, type Frame, type StreamState } from 'page/lib/stream';
import { topicsOf } from 'page/lib/topics';
import { Clock, Server } from './world';

function made() {
  const clock = new Clock();
  const server = new Server();
  const told = {
    frames: [] as Frame[],
    troubles: [] as [string, number][],
    states: [] as StreamState[],
    statuses: [] as number[],
  };
  const stream = createStream({
    setTimer: clock.setTimer,
    clearTimer: clock.clearTimer,
    fetch: server.fetch,
    random: () => 0,
    heard: (response) => told.statuses.push(response.status),
    alive: () => {},
    frame: (frame) => told.frames.push(frame),
    trouble: (topic, problem) => told.troubles.push([topic, problem.status]),
    changed: (state) => told.states.push(state),
  });
  return { clock, server, stream, told };
}

test('events come whole, however the bytes were cut', () => {
  const text =
    ': a comment\r\nretry: 2500\r\nevent: snapshot\r\ndata: {"a":\r\ndata: 1}\r\n\r\n' +
    'data:no space\n\nevent: empty\n\nid: 7\ndata: last\n\n';
  const whole = createReader()(text);
  assert.deepEqual(whole, {
    events: [
      { name: 'snapshot', data: '{"a":\n1}' },
      { name: 'message', data: 'no space' },
      { name: 'message', data: 'last' },
    ],
    retry: 2500,
  });
  for (let at = 1; at < text.length; at++) {
    const reader = createReader();
    const parts = [reader(text.slice(0, at)), reader(text.slice(at))];
    assert.deepEqual(
      parts.flatMap((part) => part.events),
      whole.events,
      `cut at ${at}`,
    );
  }
});

test('what is not whole yet is no event', () => {
  const reader = createReader();
  assert.deepEqual(reader('data: a\n').events, []);
  assert.deepEqual(reader('\n').events, [{ name: 'message', data: 'a' }]);
});

test('it is on once a byte came, and tells what comes', async () => {
  const { clock, server, stream, told } = made();
  stream.want(['stats', 'queues']);
  await clock.turn(60);
  assert.deepEqual(server.last.topics, ['queues', 'stats']);
  await server.last.accept('');
  assert.deepEqual(told.states, ['connecting']);
  await server.last.say(': here\n\n');
  assert.deepEqual(told.states, ['connecting', 'on']);
  await server.last.say(
    'event: snapshot\ndata: {"topic":"stats","kind":"exact","as_of":"x",' +
      '"data":{"n":7}}\n\n',
  );
  assert.deepEqual(told.frames[0]?.data, { n: 7 });
  assert.equal(told.frames[0]?.topic, 'stats');
  assert.equal(told.frames[0]?.coveredFrom, null);
  await server.last.say(
    'event: snapshot\ndata: {"topic":"metrics","kind":"window","as_of":"x","covered_from":"y",' +
      '"data":{}}\n\n',
  );
  assert.equal(told.frames[1]?.coveredFrom, 'y');
  await server.last.say(
    'event: trouble\ndata: {"topic":"queues","status":503,"detail":"no"}\n\n',
  );
  assert.deepEqual(told.troubles, [['queues', 503]]);
});

test('a frame that cannot be read does no harm', async () => {
  const { clock, server, stream, told } = made();
  stream.want(['stats']);
  await clock.turn(60);
  await server.last.accept();
  for (const data of ['', '{', 'null', '[]', '{"topic":7}'])
    await server.last.say(`event: snapshot\ndata: ${data}\n\nevent: trouble\ndata: ${data}\n\n`);
  assert.deepEqual(told.frames, []);
  await server.last.snapshot('stats', 1);
  assert.equal(told.frames.length, 1);
});

test('forty seconds without a word are an end, fewer are none', async () => {
  const { clock, server, stream, told } = made();
  stream.want(['stats']);
  await clock.turn(60);
  await server.last.accept();
  await clock.turn(39_000);
  await server.last.say(': beat\n\n');
  await clock.turn(39_000);
  assert.equal(told.states.at(-1), 'on');
  await clock.turn(1000);
  assert.equal(told.states.at(-1), 'connecting');
  await clock.turn(1000);
  assert.equal(server.wires.length, 2);
});

test('three failures, and it rests; then it is tried now and then', async () => {
  const { clock, server, stream, told } = made();
  stream.want(['stats']);
  await clock.turn(60);
  await server.last.breakOff();
  await clock.turn(1000);
  assert.equal(server.wires.length, 2);
  await server.last.refuse(503);
  await clock.turn(2000);
  assert.equal(server.wires.length, 3);
  assert.equal(told.states.at(-1), 'connecting');
  await server.last.breakOff();
  assert.equal(told.states.at(-1), 'resting');
  await clock.turn(29_999);
  assert.equal(server.wires.length, 3);
  await clock.turn(1);
  assert.equal(server.wires.length, 4);
  await server.last.accept();
  assert.equal(told.states.at(-1), 'on');
});

test('a stream that ends at once, again and again, is a failure too', async () => {
  const { clock, server, stream, told } = made();
  stream.want(['stats']);
  await clock.turn(60);
  for (let i = 0; i < 3; i++) {
    await server.last.accept();
    await server.last.end();
    await clock.turn(3000);
  }
  assert.equal(told.states.at(-1), 'resting');
  await clock.turn(30_000);
  await server.last.accept();
  await clock.turn(5000);
  await server.last.end();
  assert.equal(told.states.at(-1), 'connecting', 'one that lasted makes up for what was before');
});

test('topics that the server does not know are left out, which is no failure', async () => {
  const { clock, server, stream, told } = made();
  stream.want(['overview', 'stats']);
  await clock.turn(60);
  await server.last.refuse(422);
  assert.deepEqual(server.last.topics, ['stats']);
  await server.last.accept();
  assert.equal(told.states.at(-1), 'on');
  stream.want(['overview', 'queues', 'stats']);
  await clock.turn(60);
  assert.deepEqual(server.last.topics, ['queues', 'stats']);
});

test('more topics are another stream at once, fewer only later', async () => {
  const { clock, server, stream } = made();
  stream.want(['stats']);
  await clock.turn(60);
  await server.last.accept();
  const first = server.last;
  stream.want(['queues', 'stats']);
  stream.want(['queues', 'stats', 'workers']);
  await clock.turn(60);
  assert.equal(server.wires.length, 2);
  assert.equal(first.signal.aborted, true);
  await server.last.accept();
  stream.want(['stats']);
  await clock.turn(10_000);
  stream.want(['queues', 'stats', 'workers']);
  await server.last.say(': beat\n\n');
  await clock.turn(30_000);
  assert.equal(server.wires.length, 2, 'who comes back soon needs no new one');
  stream.want(['stats']);
  await server.last.say(': beat\n\n');
  await clock.turn(20_000);
  stream.want(['stats']);
  await clock.turn(10_000);
  assert.deepEqual(server.last.topics, ['stats']);
});

test('nothing wanted: closed, and it stays so', async () => {
  const { clock, server, stream, told } = made();
  stream.want(['stats']);
  await clock.turn(60);
  await server.last.accept();
  stream.want([]);
  assert.equal(server.last.signal.aborted, true);
  assert.equal(told.states.at(-1), 'off');
  await clock.turn(600_000);
  assert.equal(server.wires.length, 1);
});

test('bye ends it, and the server says when to come back', async () => {
  const { clock, server, stream, told } = made();
  stream.want(['stats']);
  await clock.turn(60);
  await server.last.accept('retry: 7000\n\n');
  await clock.turn(6000);
  await server.last.say('event: bye\ndata: {"detail":"the dashboard stops"}\n\n');
  assert.equal(told.states.at(-1), 'connecting');
  await clock.turn(6999);
  assert.equal(server.wires.length, 1);
  await clock.turn(1);
  assert.equal(server.wires.length, 2);
});

test('the topics are those of what is on the screen, and always stats', () => {
  const at = 'http://host.test/ops/soniq/';
  assert.deepEqual(topicsOf([]), []);
  assert.deepEqual(topicsOf([`${at}api/jobs/search?limit=50`]), ['stats']);
  assert.deepEqual(
    topicsOf([`${at}api/queues`, `${at}api/metrics?hours=24`, `${at}api/metrics?hours=1`]),
    ['metrics', 'queues', 'stats'],
  );
});
