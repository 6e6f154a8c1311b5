// address.test.ts -- what the address says, and what it is made of.

import './dom';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextCursor, reference } from 'page/lib/api';
import { absolute } from 'page/lib/base';
import { addressOf, readDeadFilters, readJobFilters, wanted } from 'page/lib/filters';
import { rangeOf, withRange } from 'page/lib/range';
import { addressOfOne, routeOf, withRangeOf } from 'page/lib/route';

const BASE = 'http://host.test/ops/soniq/';

test('every page has a real path, under any prefix', () => {
  const table: [string, string, string | null][] = [
    ['', 'overview', null],
    ['index.html', 'overview', null],
    ['jobs', 'jobs', null],
    ['jobs/', 'jobs', null],
    ['jobs/ab-1', 'jobs', 'ab-1'],
    ['dead-letter/x', 'dead-letter', 'x'],
    ['panels/p', 'panels', 'p'],
    ['types?x=1', 'types', null],
    ['jobs/a/b', 'unknown', 'a'],
    ['queues/x', 'queues', 'x'],
    ['queues/a~2fb', 'queues', 'a/b'],
    ['types/~', 'types', ''],
    ['workers/w1', 'workers', 'w1'],
    ['system', 'system', null],
    ['system/x', 'unknown', 'x'],
    ['schedules/x', 'unknown', 'x'],
    ['nothing', 'unknown', null],
  ];
  for (const [path, page, id] of table) {
    const route = routeOf(BASE + path, BASE);
    assert.deepEqual([route.page, route.id], [page, id], path);
  }
});

test('an id is decoded, and one that cannot be does no harm', () => {
  assert.equal(routeOf(`${BASE}jobs/a%2Fb%20c`, BASE).id, 'a/b c');
  assert.equal(routeOf(`${BASE}jobs/%E0%A4%A`, BASE).id, null);
});

test('what is outside of the mount is no page of ours', () => {
  assert.equal(routeOf('http://host.test/jobs', BASE).page, 'unknown');
});

test('references are relative to the mount, values encoded', () => {
  assert.equal(
    reference('/api/jobs/{job_id}', { job_id: 'a/../b?c' }),
    'api/jobs/a%2F..%2Fb%3Fc',
  );
  assert.equal(
    reference(
      '/api/jobs/search',
      {},
      { q: '50% & <b>', status: undefined, queue: '', limit: 50 },
    ),
    'api/jobs/search?q=50%25+%26+%3Cb%3E&limit=50',
  );
  assert.equal(absolute('api/stats'), `${BASE}api/stats`);
});

test('filters go into the address and come out again', () => {
  const filters = { filter: 'status:dead error:"ä & %"', cursor: 'c1' };
  const address = addressOf('jobs', filters);
  assert.deepEqual(readJobFilters(new URL(address, BASE).search), filters);
  assert.equal(addressOf('jobs', readJobFilters('')), 'jobs');
  assert.deepEqual(wanted(readJobFilters('?filter=queue:q')), { filter: 'queue:q' });
  const dead = { filter: 'a', signature: '00000000000000ff', view: 'list', cursor: '' } as const;
  assert.deepEqual(readDeadFilters(new URL(addressOf('dead-letter', dead), BASE).search), dead);
  assert.equal(addressOf('dead-letter', readDeadFilters('?view=groups')), 'dead-letter');
});

test('addresses from before there was a language say the same in it', () => {
  const read = (search: string): string => readJobFilters(search).filter;
  assert.equal(read('?status=dead_letter&queue=mail'), 'status:dead queue:mail');
  assert.equal(read('?queue=a b"c'), 'queue:"a b\\"c"');
  assert.equal(read('?q=timed out'), '"timed out"');
  assert.equal(read('?q=status:done'), '"status:done"');
  assert.equal(read('?filter=attempts:>2&status=queued'), 'attempts:>2 status:queued');
  // A part of a name has no term of its own: a word looks there too.
  assert.equal(read('?job_name=mail'), 'mail');
  assert.equal(
    readDeadFilters('?job_name=m.send&reason=job_not_found').filter,
    'type:m.send reason:job_not_found',
  );
});

test('an address made by hand never asks for what the server refuses', () => {
  assert.equal(readJobFilters('?status=failed').filter, '');
  assert.equal([...readJobFilters(`?filter=${'x'.repeat(5000)}`).filter].length, 1024);
  assert.equal(
    [...readJobFilters(`?filter=${encodeURIComponent('\u{1f600}'.repeat(2000))}`).filter].length,
    1024,
  );
  assert.equal(readJobFilters('?queue=a%00b').filter, 'queue:ab');
  assert.equal(readDeadFilters('?signature=..%2F').signature, '');
});

test('the cursor of the next page', () => {
  const asked = `${BASE}api/jobs?queue=a`;
  assert.equal(nextCursor('<?queue=a&cursor=xyz>; rel="next"', asked), 'xyz');
  assert.equal(nextCursor('<?cursor=a>; rel="prev", <?cursor=b>; rel=next', asked), 'b');
  assert.equal(nextCursor('<?cursor=a>; rel="prev"', asked), null);
  assert.equal(nextCursor('<http://[bad>; rel="next"', asked), null);
  assert.equal(nextCursor(null, asked), null);
});

test('a name of any kind has an address of one piece, and comes back as it was', () => {
  const names = [
    'mail',
    'a/b',
    '..',
    '.',
    '',
    '~',
    '~2f',
    'a\\b',
    '100%',
    'очередь ☃',
    'a b?c#d',
    '\u0001\u007f',
    'x'.repeat(10_000),
  ];
  for (const name of names) {
    const address = addressOfOne('queues', name);
    assert.match(address, /^queues\/[^/\\?#]+$/, name);
    assert.doesNotMatch(
      decodeURIComponent(address),
      /^queues\/(\.{1,2}|.*[\\\u0000-\u001f].*)$/,
      name,
    );
    assert.equal(routeOf(BASE + address, BASE).id, name, name);
  }
});

test('the time range is in the address, goes along, and is 24 hours where none is', () => {
  assert.equal(rangeOf('').name, '24h');
  assert.equal(rangeOf('?range=nonsense').name, '24h');
  assert.equal(rangeOf('?range=15m').minutes, 15);
  assert.equal(withRange('jobs?status=done&range=1h', '7d'), 'jobs?status=done&range=7d');
  assert.equal(withRange('jobs?range=1h', '24h'), 'jobs');
  assert.equal(withRangeOf('queues', '?range=1h'), 'queues?range=1h');
  assert.equal(withRangeOf('jobs?status=done', '?range=1h'), 'jobs?status=done&range=1h');
  assert.equal(withRangeOf('jobs?range=6h', '?range=1h'), 'jobs?range=6h');
  assert.equal(withRangeOf('jobs', ''), 'jobs');
});
