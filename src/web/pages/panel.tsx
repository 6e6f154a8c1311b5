// panel.tsx -- a view that the installation adds: a number, a table, a line, a text.

import type { JSX } from 'preact';
import type { Schemas } from '../lib/api';
import { urlOf, useQuery } from '../lib/live';
import { isMoment, ownProblem, shortly, type Cell } from '../lib/panels';
import { addressOfOne } from '../lib/route';
import { visible, visibleLines } from '../lib/text';
import { ExportMenu } from '../parts/export';
import { Card, Crumbs, Empty, KindNote, PageHead, Shown, Trouble } from '../parts/card';
import { Lines } from '../parts/lines';
import { rowKeys } from '../parts/rowkeys';
import { Hint, InTable, Text } from '../parts/text';

type Content = Schemas['PanelContent'];
type Titles = Schemas['PanelTitle'];

// Of a number that is too long for JSON there is the text.
const isNumber = (cell: Cell | undefined): boolean =>
  typeof cell === 'number' || (typeof cell === 'string' && /^-?\d{16,}$/.test(cell));

function CellText({ cell }: { cell: Cell | undefined }): JSX.Element {
  if (isMoment(cell))
    return (
      <Hint says={cell}>
        <time class="num" dateTime={cell}>
          {shortly(cell)}
        </time>
      </Hint>
    );
  // 0.1 + 0.2 is 0.3 to people.
  if (typeof cell === 'number' && !Number.isInteger(cell))
    return <Hint says={String(cell)}>{String(Number(cell.toPrecision(12)))}</Hint>;
  return <Text of={cell === undefined || cell === null ? null : String(cell)} />;
}

function Grid({
  content,
  title,
}: {
  content: Content & { type: 'table' | 'line' };
  title: string;
}): JSX.Element {
  if (content.rows.length === 0) return <Empty title="No rows" />;
  const numeric = content.columns.map((_, i) =>
    content.rows.every((row) => isNumber(row[i]) || row[i] === null),
  );
  return (
    <div class="table-room">
      <div class="table-scroll" tabIndex={0} role="region" aria-label={`${visible(title)}: rows`}>
        <table class="table" data-rows="" onKeyDown={rowKeys}>
          <thead>
            <tr>
              {content.columns.map((column, i) => (
                <th key={i} scope="col" class={numeric[i] ? 'num' : undefined}>
                  <Text of={column} />
                </th>
              ))}
            </tr>
          </thead>
          <InTable.Provider value={true}>
            <tbody>
              {content.rows.map((row, r) => (
                <tr key={r} tabIndex={r > 0 ? -1 : 0}>
                  {content.columns.map((_, i) => (
                    <td key={i} class={numeric[i] ? 'num' : undefined}>
                      <CellText cell={row[i]} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </InTable.Provider>
        </table>
      </div>
      {content.truncated && <p class="foot-note">There are more rows than are shown.</p>}
    </div>
  );
}

function Shape({ content, title }: { content: Content; title: string }): JSX.Element {
  switch (content.type) {
    case 'number':
      return (
        <p class="panel-number">
          <b class="num">
            {typeof content.value === 'number' ? (
              content.value.toLocaleString('en-GB', { maximumSignificantDigits: 15 })
            ) : (
              <CellText cell={content.value} />
            )}
          </b>
          {content.label !== undefined && <Text of={content.label} />}
        </p>
      );
    case 'text':
      return (
        <pre class="panel-text" tabIndex={0} role="region" aria-label={`${visible(title)}: text`}>
          <bdi>{visibleLines(content.text)}</bdi>
        </pre>
      );
    case 'line':
      return (
        <>
          <Lines columns={content.columns} rows={content.rows} label={title} />
          <Grid content={content} title={title} />
        </>
      );
    case 'table':
      return <Grid content={content} title={title} />;
  }
}

/** What it gives, or its own error: no other part of the page is touched by that. */
function Body({ id, title }: { id: string; title: string }): JSX.Element {
  const want = { path: { panel_id: id } };
  const view = useQuery('/api/panels/{panel_id}', want);
  const problem = ownProblem(urlOf('/api/panels/{panel_id}', want), view.problem);
  if (problem) return <Trouble problem={problem} />;
  return <Shown view={view}>{({ content }) => <Shape content={content} title={title} />}</Shown>;
}

export function PanelPage({ id }: { id: string }): JSX.Element {
  const all = useQuery('/api/panels').answer?.data ?? [];
  const view = useQuery('/api/panels/{panel_id}', { path: { panel_id: id } });
  const title = view.answer?.data.title ?? all.find((panel) => panel.id === id)?.title ?? id;
  // One of the program's own is not to be had on the command line.
  const isFile = all.some((panel) => panel.id === id && panel.show !== undefined);
  return (
    <>
      {all.length > 1 && <Crumbs href="panels" word="Panels" />}
      <PageHead
        title={<Text of={title} />}
        note={<KindNote kind={view.answer?.kind} />}
        tools={
          view.answer && (
            <ExportMenu
              list="panel"
              path={`api/panels/${id}`}
              soniq={isFile ? ['soniq', 'panels', id] : []}
            />
          )
        }
      />
      <Card title="Panel" quiet>
        <Body id={id} title={title} />
      </Card>
    </>
  );
}

// Each is asked for by itself: those beyond have their own pages.
const SHOWN = 24;

function Cards({ of }: { of: readonly Titles[] }): JSX.Element {
  return (
    <>
      {of.map(({ id, title }) => (
        <Card
          key={id}
          title={visible(title)}
          tools={<a href={addressOfOne('panels', id)}>Open</a>}
        >
          <Body id={id} title={title} />
        </Card>
      ))}
    </>
  );
}

/** All of them: numbers first, as tiles. */
export function Panels(): JSX.Element {
  const view = useQuery('/api/panels');
  return (
    <>
      <PageHead title="Panels" />
      <Shown view={view}>
        {(all) => {
          const shown = all.slice(0, SHOWN);
          return all.length === 0 ? (
            <Empty title="No panels" command="soniq dashboard --panels DIR">
              A panel is a query of your own, in a file of a folder.
            </Empty>
          ) : (
            <>
              <div class="panel-tiles">
                <Cards of={shown.filter(({ show }) => show === 'number')} />
              </div>
              <div class="panel-cards">
                <Cards of={shown.filter(({ show }) => show !== 'number')} />
              </div>
              {all.length > SHOWN && (
                <p class="foot-note">The others stand in the list of pages.</p>
              )}
            </>
          );
        }}
      </Shown>
    </>
  );
}
