// json.tsx -- a JSON value as a tree that opens and can be searched, every digit as it was.

import { useSignal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext, useMemo } from 'preact/hooks';
import type { JSX } from 'preact';
import { children, printJson, scalarText, type Json } from '../lib/json';
import { count, plural } from '../lib/format';
import { argsTerm } from '../lib/query';
import { jobsWhere } from '../lib/filters';
import { cut, visible } from '../lib/text';
import { marked, NOTHING, seek, sizeOf, type Sought } from '../lib/tree';
import { Copy } from './copy';
import { Icon } from './icon';

const OPEN_DEPTH = 3;
const OPEN_SIZE = 40;
const ALL_DEPTH = 30;
const STEP = 100;
const LONG = 400;
const TOOLS_FROM = 12; // nodes: fewer are seen at a glance

interface Tree {
  sought: Sought;
  all: boolean | null; // opened or closed at once; null: neither
  finds: boolean; // leads to the jobs that have the same
}

const TreeContext = createContext<Tree>({ sought: NOTHING, all: null, finds: false });

function Marked({ text }: { text: string }): JSX.Element {
  const { needle } = useContext(TreeContext).sought;
  return (
    <>
      {marked(text, needle).map((piece, i) =>
        piece.hit ? <mark key={i}>{piece.text}</mark> : piece.text,
      )}
    </>
  );
}

function Key({ name }: { name: string | null }): JSX.Element | null {
  return name === null ? null : (
    <>
      <bdi class="json-key">
        <Marked text={visible(name)} />
      </bdi>
      <span class="json-mark">: </span>
    </>
  );
}

function Scalar({ node }: { node: Json }): JSX.Element {
  const whole = useSignal(false);
  const { needle } = useContext(TreeContext).sought;
  const text = visible(scalarText(node));
  const look = node.kind === 'word' ? 'json-word' : `json-${node.kind}`;
  const short = cut(text, LONG);
  // What is sought may be in the part that is cut off.
  const isWhole =
    whole.value || text.length <= LONG || (needle !== '' && text.toLowerCase().includes(needle));
  return (
    <>
      <bdi class={look}>
        <Marked text={isWhole ? text : short} />
      </bdi>
      {text.length > LONG && (
        <>
          {' '}
          <button
            type="button"
            class="more"
            onClick={() => {
              whole.value = !isWhole;
            }}
          >
            {isWhole ? 'less' : `all ${plural(text.length, 'character')}`}
          </button>
        </>
      )}
    </>
  );
}

type Path = readonly string[] | null; // null: through an array, where a filter cannot follow

function Find({ node, path }: { node: Json; path: Path }): JSX.Element | null {
  const { finds } = useContext(TreeContext);
  if (!finds || path === null || path.length === 0) return null;
  const isString = node.kind === 'string';
  const text = node.kind === 'string' ? node.value : scalarText(node);
  const found = argsTerm(path, text, isString);
  if (found === null) return null;
  return (
    <a class="json-find" href={jobsWhere(found)} aria-description={`Jobs with ${visible(found)}`}>
      <Icon name="search" />
      <span class="sr">Jobs with the same</span>
    </a>
  );
}

function amount(node: Json, n: number): string {
  return node.kind === 'array' ? plural(n, 'item') : plural(n, 'key');
}

interface NodeProps {
  node: Json;
  name: string | null;
  depth: number;
  path: Path;
}

function below(path: Path, node: Json, key: string | null): Path {
  return path === null || node.kind === 'array' || key === null ? null : [...path, key];
}

function Branch({ node, name, depth, path }: NodeProps): JSX.Element {
  const { sought, all } = useContext(TreeContext);
  const list = children(node);
  const chosen = useSignal<boolean | null>(null);
  const most = useSignal(STEP);
  const first = depth < OPEN_DEPTH && list.length <= OPEN_SIZE;
  const opened = all === null ? first : all && depth < ALL_DEPTH;
  const open = chosen.value ?? (sought.within.has(node) || opened);
  const [start, end] = node.kind === 'array' ? ['[', ']'] : ['{', '}'];
  return (
    <>
      <button
        type="button"
        class="json-toggle"
        aria-expanded={open}
        onClick={() => {
          chosen.value = !open;
        }}
      >
        <Icon name="right" />
        <Key name={name} />
        <span class="json-mark">{start}</span>
        {!open && (
          <span class="json-size">
            {' '}
            {amount(node, list.length)} <span class="json-mark">{end}</span>
          </span>
        )}
      </button>
      {open && (
        <>
          <ul class="json-list">
            {list.slice(0, most.value).map(([key, child], i) => (
              <li key={i}>
                <Node node={child} name={key} depth={depth + 1} path={below(path, node, key)} />
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
          <span class="json-mark json-end">{end}</span>
        </>
      )}
    </>
  );
}

function Node(props: NodeProps): JSX.Element {
  const { node, name, path } = props;
  if (children(node).length > 0) return <Branch {...props} />;
  return (
    <span class="json-leaf">
      <Key name={name} />
      {node.kind === 'object' || node.kind === 'array' ? (
        <span class="json-mark">{node.kind === 'array' ? '[]' : '{}'}</span>
      ) : (
        <>
          <Scalar node={node} />
          <Find node={node} path={path} />
        </>
      )}
    </span>
  );
}

function said({ needle, matches, capped }: Sought): string {
  if (needle === '') return '';
  return `${count(matches)}${capped ? '+' : ''} ${matches === 1 ? 'match' : 'matches'}`;
}

function Tools({
  what,
  sought,
  onSeek,
  onAll,
}: {
  what: string;
  sought: Sought;
  onSeek: (text: string) => void;
  onAll: (open: boolean) => void;
}): JSX.Element {
  return (
    <div class="json-tools">
      <input
        type="search"
        aria-label={`Search in the ${what}`}
        placeholder="Search"
        maxLength={128}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => onSeek(event.currentTarget.value)}
      />
      <span class="dim num" role="status">
        {said(sought)}
      </span>
      <button type="button" class="more" onClick={() => onAll(true)}>
        Open all
      </button>
      <button type="button" class="more" onClick={() => onAll(false)}>
        Close all
      </button>
    </div>
  );
}

export function JsonTree({
  node,
  what,
  finds = false,
}: {
  node: Json;
  what: string;
  finds?: boolean;
}): JSX.Element {
  const text = useSignal('');
  const all = useSignal<boolean | null>(null);
  const turn = useSignal(0); // a new one forgets what was opened by hand
  const sought = useMemo(() => seek(node, text.value), [node, text.value]);
  const big = useMemo(() => sizeOf(node, TOOLS_FROM) >= TOOLS_FROM, [node]);
  const tree = { sought, all: all.value, finds };
  return (
    <div class="json">
      <div class="json-copy">
        <Copy text={() => printJson(node)} what={`the ${what} as JSON`} />
      </div>
      {big && (
        <Tools
          what={what}
          sought={sought}
          onSeek={(sought) => {
            text.value = sought;
            turn.value++;
          }}
          onAll={(open) => {
            all.value = open;
            turn.value++;
          }}
        />
      )}
      <TreeContext.Provider value={tree}>
        <div class="json-room" key={turn.value}>
          <Node node={node} name={null} depth={0} path={[]} />
        </div>
      </TreeContext.Provider>
    </div>
  );
}
