// groups.test.ts -- verbs on a whole group: counted, done in steps, stopped, gone on with.

import './dom';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  askGroup,
  beforeOf,
  goOn,
  groupAsked,
  groupCurl,
  groupLine,
  groupQuestion,
  groupTasks,
  runGroup,
  stopGroup,
  taskText,
  whichOf,
  type Group,
} from 'page/lib/groups';

const GROUP = {
  signature: '00000000000000aa',
  count: 450,
  replayed: 2,
  message: 'm',
  last_seen: '2026-11-23T12:00:00.000000Z',
} as Group;

interface Asked {
  method: string;
  url: URL;
}

function answering(answers: (asked: Asked) => { status: number; body: object }): Asked[] {
  const asked: Asked[] = [];
  globalThis.fetch = ((url: string, init: RequestInit) => {
    const one = { method: init.method ?? 'GET', url: new URL(url) };
    asked.push(one);
    const { status, body } = answers(one);
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  }) as typeof fetch;
  return asked;
}

const task = (): NonNullable<ReturnType<typeof groupTasks.value.get>> => {
  const found = groupTasks.value.get(GROUP.signature);
  assert.ok(found);
  return found;
};

test('a verb is about what was seen: counted again, and up to that moment', async () => {
  const asked = answering(() => ({ status: 200, body: { ...GROUP, count: 449 } }));
  await askGroup('delete', GROUP, whichOf(GROUP, 0, ''));
  assert.equal(asked[0]?.method, 'GET');
  assert.equal(asked[0]?.url.searchParams.get('before'), GROUP.last_seen);
  assert.equal(groupAsked.value?.now?.count, 449);
  assert.match(groupQuestion('delete', GROUP), /450 dead letters.*cannot be undone/);
  assert.match(
    groupQuestion('replay', GROUP),
    /448 dead letters.*2 were replayed already and are left out.*done again/,
  );
  assert.equal(beforeOf({ ...GROUP, last_seen: 'infinity' }, 0), '1970-01-01T00:00:00.000Z');
});

test('it is called until nothing remains, always up to the same moment', async () => {
  let left = 450;
  const asked = answering(() => {
    const done = Math.min(200, left);
    left -= done;
    return { status: 200, body: { message: '', done, remaining: left > 0 } };
  });
  assert.ok(groupAsked.value);
  await runGroup({ ...groupAsked.value, verb: 'replay', now: GROUP });
  assert.deepEqual(
    new Set(asked.map(({ url }) => url.searchParams.get('before'))),
    new Set([GROUP.last_seen]),
  );
  assert.deepEqual([asked.length, task().state, task().done], [3, 'done', 450]);
  assert.equal(task().of, 448);
  assert.match(taskText(task()), /^450 dead letters enqueued again\.$/);
});

test('it stops between two steps, and goes on from there', async () => {
  let calls = 0;
  answering(() => {
    if (++calls === 1) stopGroup(GROUP.signature);
    return { status: 200, body: { message: '', done: 200, remaining: calls < 3 } };
  });
  await runGroup({
    verb: 'delete',
    group: GROUP,
    which: { before: 'b' },
    now: GROUP,
    problem: null,
  });
  assert.deepEqual([task().state, task().done], ['stopped', 200]);
  await goOn(task());
  assert.deepEqual([calls, task().state, task().done], [3, 'done', 600]);
});

test('a failure half way says how far it was; nothing asks for ever', async () => {
  let calls = 0;
  answering(() =>
    ++calls === 1
      ? { status: 200, body: { message: '', done: 200, remaining: true } }
      : { status: 503, body: { detail: 'The database does not answer.' } },
  );
  await runGroup({
    verb: 'delete',
    group: GROUP,
    which: { before: 'b' },
    now: GROUP,
    problem: null,
  });
  assert.equal(task().state, 'failed');
  assert.match(taskText(task()), /^200 of 450 deleted, then it failed: The database does not/);
  const asked = answering(() => ({
    status: 200,
    body: { message: '', done: 0, remaining: true },
  }));
  await goOn(task());
  assert.equal(asked.length, 1);
});

test('what was seen through a filter is counted, done and told with it', async () => {
  const which = whichOf(GROUP, Date.UTC(2026, 10, 24), 'finished:<1d -queue:a');
  const wanted = [
    ['before', '2026-11-23T12:00:00.000000Z'],
    ['filter', 'finished:<1d -queue:a'],
    ['as_of', '2026-11-24T00:00:00.000Z'],
  ];
  let left = 300;
  const asked = answering(({ method }) => {
    if (method === 'GET') return { status: 200, body: { ...GROUP, count: left } };
    left -= 150;
    return { status: 200, body: { message: '', done: 150, remaining: left > 0 } };
  });
  await askGroup('delete', GROUP, which);
  const now = groupAsked.value;
  assert.ok(now);
  await runGroup(now);
  assert.deepEqual([asked.length, task().of, task().done], [3, 300, 300]);
  for (const { url } of asked) {
    const said = [...url.searchParams].filter(([name]) => name !== 'limit');
    assert.deepEqual(said, wanted);
  }
  for (const [name, value] of wanted) assert.ok(groupCurl(now).includes(`${name}=${value}`));
  assert.match(
    groupLine(now),
    /--group 00000000000000aa '--where=finished:<1d -queue:a' --limit/,
  );
  assert.doesNotMatch(groupLine({ ...now, which: { before: 'b' } }), /--where/);
});
