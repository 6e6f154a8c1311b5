// table.tsx -- tables: columns as a list, rows that open on a click, fewer columns where narrow.

import { useSignal, type Signal } from '@preact/signals';
import { type ComponentChildren, type JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { changeList, listSearch, openRow } from '../lib/route';
import {
  chunks,
  inPlace,
  isShown,
  nextOrder,
  orderOf,
  orderText,
  sorted,
  type Order,
  type SortValue,
} from '../lib/rows';
import { chosenFor } from './columns';
import { Icon } from './icon';
import { rowKeys } from './rowkeys';
import { LongRows, useCalmScroll, useSteadyWidths } from './chunk';
import { Hint, InTable } from './text';

export interface Column<R> {
  head: string;
  cell: (row: R) => ComponentChildren;
  number?: boolean; // right-aligned, tabular figures
  grow?: boolean; // takes what room there is, and cuts its text
  share?: boolean; // takes half of that room
  from?: 'sm' | 'md' | 'lg' | 'xl'; // shown from this width of the table on, unless chosen
  slim?: boolean; // where the table is narrow, only the marks of its states
  hidden?: boolean; // the heading is for screen readers only
  rare?: boolean; // shown only where it is chosen
  means?: string; // what the heading stands for
  sort?: (row: R) => SortValue; // only where the whole list is there
}

interface TableProps<R> {
  label: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  rowKey: (row: R) => string;
  /** Under which the reader's choices are kept; such a table keeps its order in the address. */
  name?: string;
  /** How it is sorted until the reader says otherwise: "Name" or "-Jobs"; else as it came. */
  order?: string;
  /** Where a click on the row leads; the same link must be in one of its cells. */
  opens?: (row: R) => string;
  selected?: (row: R) => boolean;
  /** The keys of the rows that are chosen: makes room for choosing. */
  selection?: Signal<ReadonlySet<string>>;
}

function classes<R>(column: Column<R>, isForced: boolean): string | undefined {
  const list = [
    column.number ? 'num' : '',
    column.grow || column.share ? 'grow' : '',
    column.slim ? 'slim' : '',
    column.from && !isForced ? `from-${column.from}` : '',
  ].filter((name) => name !== '');
  return list.length > 0 ? list.join(' ') : undefined;
}

// A click that selects text, or hits something with a purpose of its own, opens nothing.
function isFree(event: MouseEvent): boolean {
  const busy =
    event.target instanceof Element &&
    event.target.closest('a, button, input, select, label, dialog, summary');
  return !busy && !event.defaultPrevented && (getSelection()?.isCollapsed ?? true);
}

interface Shown<R> {
  column: Column<R>;
  look: string | undefined;
  isForced: boolean; // it was chosen, whether there is room or not
}

function useColumns<R>({ columns, name }: TableProps<R>): Shown<R>[] {
  const chosen = name === undefined ? {} : chosenFor(name).value;
  return columns
    .filter((column) => isShown(column, chosen))
    .map((column) => {
      const isForced = chosen[column.head] === true;
      return { column, isForced, look: classes(column, isForced) };
    });
}

/** The order of a named table is in the address, that of any other lasts as long as it is seen. */
function useOrder<R>({
  name,
  order,
  columns,
}: TableProps<R>): [Order | null, (o: Order) => void] {
  const own = useSignal<Order | null>(null);
  const asked = new URLSearchParams(listSearch()).get('sort');
  const wanted = name === undefined ? own.value : orderOf(asked);
  const fits = columns.some(({ head, sort }) => sort && head === wanted?.head);
  const set = (next: Order): void => {
    if (name === undefined) own.value = next;
    else changeList('sort', orderText(next));
  };
  return [fits ? wanted : orderOf(order), set];
}

/** What the table itself sorts is not moved away under the pointer or the focus. */
function useOrdered<R>(
  { rows, rowKey, columns }: TableProps<R>,
  order: Order | null,
): { inOrder: readonly R[]; ways: Record<string, () => void> } {
  const isAt = useRef(false);
  const before = useRef({ order: '', keys: [] as string[] });
  const by = columns.find(({ head }) => head === order?.head)?.sort;
  const text = order ? orderText(order) : '';
  let inOrder = by && order ? sorted(rows, by, order.down) : rows;
  if (by && isAt.current && before.current.order === text)
    inOrder = inPlace(inOrder, before.current.keys, rowKey);
  before.current = { order: text, keys: by ? inOrder.map(rowKey) : [] };
  const turn = (is: boolean) => (): void => {
    isAt.current = is;
  };
  return {
    inOrder,
    ways: {
      onPointerEnter: turn(true),
      onPointerLeave: turn(false),
      onFocusIn: turn(true),
      onFocusOut: turn(false),
    },
  };
}

function Heading<R>({
  shown: { column, look },
  order,
  onOrder,
}: {
  shown: Shown<R>;
  order: Order | null;
  onOrder: (order: Order) => void;
}): JSX.Element {
  const { head, hidden, means, sort } = column;
  const now = order?.head === head ? (order.down ? 'descending' : 'ascending') : undefined;
  return (
    <th scope="col" class={look} aria-sort={now}>
      {hidden && <span class="sr">{head}</span>}
      {!hidden && !sort && <Hint says={means}>{head}</Hint>}
      {!hidden && sort && (
        <button
          type="button"
          class="sort"
          aria-description={means}
          onClick={() => onOrder(nextOrder(order, head, column.number ?? false))}
        >
          {head}
          {now && <Icon name={now === 'descending' ? 'down' : 'up'} />}
        </button>
      )}
    </th>
  );
}

function ChooseAll({
  selection,
  keys,
}: {
  selection: Signal<ReadonlySet<string>>;
  keys: readonly string[];
}): JSX.Element {
  const n = keys.filter((key) => selection.value.has(key)).length;
  return (
    <th scope="col" class="choose">
      <input
        type="checkbox"
        aria-label="Choose all rows"
        checked={n > 0 && n === keys.length}
        ref={(box) => {
          if (box) box.indeterminate = n > 0 && n < keys.length;
        }}
        onChange={(event) => {
          selection.value = new Set(event.currentTarget.checked ? keys : []);
        }}
      />
    </th>
  );
}

function ChooseOne({
  selection,
  rowKey,
}: {
  selection: Signal<ReadonlySet<string>>;
  rowKey: string;
}): JSX.Element {
  return (
    <td class="choose">
      <input
        type="checkbox"
        aria-label="Choose this row"
        checked={selection.value.has(rowKey)}
        onChange={(event) => {
          const next = new Set(selection.value);
          if (event.currentTarget.checked) next.add(rowKey);
          else next.delete(rowKey);
          selection.value = next;
        }}
      />
    </td>
  );
}

function rowLook(isSelected: boolean | undefined, isChosen: boolean | undefined): string {
  return [isSelected ? 'row-selected' : '', isChosen ? 'row-chosen' : ''].join(' ').trim();
}

export function Table<R>(props: TableProps<R>): JSX.Element {
  const { label, rowKey, opens, selected, selection } = props;
  const shown = useColumns(props);
  const [order, setOrder] = useOrder(props);
  const { inOrder, ways } = useOrdered(props, order);
  const parts = chunks(inOrder);
  const room = useRef<HTMLTableElement>(null);
  const halves = shown.some(({ column }) => column.share);
  const isWide = shown.some(({ column, isForced }) => isForced && column.from);
  useCalmScroll(room, parts.length > 1);
  useSteadyWidths(room, parts.length > 1, shown.map(({ column }) => column.head).join());
  const row = (one: R, index: number): JSX.Element => {
    const key = rowKey(one);
    return (
      <tr
        key={key}
        tabIndex={opens || index > 0 ? -1 : 0}
        aria-rowindex={parts.length > 1 ? index + 2 : undefined}
        class={rowLook(selected?.(one), selection?.value.has(key)) || undefined}
        onClick={opens && ((event) => isFree(event) && openRow(opens(one)))}
      >
        {selection && <ChooseOne selection={selection} rowKey={key} />}
        {shown.map(({ column, look }) => (
          <td key={column.head} class={look}>
            {column.cell(one)}
          </td>
        ))}
      </tr>
    );
  };
  return (
    <div class="table-room">
      <div class={isWide ? 'table-view table-scroll' : 'table-view'}>
        <table
          ref={room}
          class={`table${opens ? ' table-opens' : ''}${halves ? ' table-halves' : ''}`}
          aria-label={label}
          aria-rowcount={parts.length > 1 ? inOrder.length + 1 : undefined}
          data-rows=""
          onKeyDown={rowKeys}
          {...ways}
        >
          <thead>
            <tr aria-rowindex={parts.length > 1 ? 1 : undefined}>
              {selection && <ChooseAll selection={selection} keys={inOrder.map(rowKey)} />}
              {shown.map((one) => (
                <Heading key={one.column.head} shown={one} order={order} onOrder={setOrder} />
              ))}
            </tr>
          </thead>
          <InTable.Provider value={true}>
            {parts.length === 1 ? (
              <tbody>{inOrder.map(row)}</tbody>
            ) : (
              <LongRows parts={parts} row={row} />
            )}
          </InTable.Provider>
        </table>
      </div>
    </div>
  );
}
