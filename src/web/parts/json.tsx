// json.tsx -- a JSON value as a tree that opens, with every digit as it was.

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { children, printJson, scalarText, type Json } from '../lib/json';
import { plural } from '../lib/format';
import { cut, visible } from '../lib/text';
import { Copy } from './copy';
import { Icon } from './icon';

const OPEN_DEPTH = 3;
const OPEN_SIZE = 40;
const STEP = 100;
const LONG = 400;

function Key({ name }: { name: string | null }): JSX.Element | null {
  return name === null ? null : (
    <>
      <bdi class="json-key">{visible(name)}</bdi>
      <span class="json-mark">: </span>
    </>
  );
}

function Scalar({ node }: { node: Json }): JSX.Element {
  const whole = useSignal(false);
  const text = visible(scalarText(node));
  const look = node.kind === 'word' ? 'json-word' : `json-${node.kind}`;
  if (text.length <= LONG) return <bdi class={look}>{text}</bdi>;
  return (
    <>
      <bdi class={look}>{whole.value ? text : cut(text, LONG)}</bdi>{' '}
      <button
        type="button"
        class="more"
        onClick={() => {
          whole.value = !whole.value;
        }}
      >
        {whole.value ? 'less' : `all ${plural(text.length, 'character')}`}
      </button>
    </>
  );
}

function sizeOf(node: Json, n: number): string {
  return node.kind === 'array' ? plural(n, 'item') : plural(n, 'key');
}

function Branch({
  node,
  name,
  depth,
}: {
  node: Json;
  name: string | null;
  depth: number;
}): JSX.Element {
  const list = children(node);
  const open = useSignal(depth < OPEN_DEPTH && list.length <= OPEN_SIZE);
  const most = useSignal(STEP);
  const [first, last] = node.kind === 'array' ? ['[', ']'] : ['{', '}'];
  return (
    <>
      <button
        type="button"
        class="json-toggle"
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <Icon name="right" />
        <Key name={name} />
        <span class="json-mark">{first}</span>
        {!open.value && (
          <span class="json-size">
            {' '}
            {sizeOf(node, list.length)} <span class="json-mark">{last}</span>
          </span>
        )}
      </button>
      {open.value && (
        <>
          <ul class="json-list">
            {list.slice(0, most.value).map(([key, child], i) => (
              <li key={i}>
                <Node node={child} name={key} depth={depth + 1} />
              </li>
            ))}
            {list.length > most.value && (
              <li>
                <button
                  type="button"
                  class="more"
                  onClick={() => {
                    most.value += 10 * STEP;
                  }}
                >
                  {plural(list.length - most.value, 'more item')}
                </button>
              </li>
            )}
          </ul>
          <span class="json-mark json-end">{last}</span>
        </>
      )}
    </>
  );
}

function Node({
  node,
  name,
  depth,
}: {
  node: Json;
  name: string | null;
  depth: number;
}): JSX.Element {
  const size = children(node).length;
  if (size > 0) return <Branch node={node} name={name} depth={depth} />;
  return (
    <span class="json-leaf">
      <Key name={name} />
      {node.kind === 'object' || node.kind === 'array' ? (
        <span class="json-mark">{node.kind === 'array' ? '[]' : '{}'}</span>
      ) : (
        <Scalar node={node} />
      )}
    </span>
  );
}

export function JsonTree({ node, what }: { node: Json; what: string }): JSX.Element {
  return (
    <div class="json">
      <div class="json-copy">
        <Copy text={() => printJson(node)} what={what} />
      </div>
      <Node node={node} name={null} depth={0} />
    </div>
  );
}
