// panel.tsx -- a view that the installation adds: a number, a table, a line, a text.

import type { JSX } from 'preact';
import type { Schemas } from '../lib/api';
import { useQuery } from '../lib/live';
import { visible, visibleLines } from '../lib/text';
import { Card, Empty, KindNote, PageHead, Shown } from '../parts/card';
import { Lines } from '../parts/lines';
import { Text } from '../parts/text';

type Content = Schemas['PanelContent'];
type Cell = Schemas['PanelCell'];

function CellText({ cell }: { cell: Cell | undefined }): JSX.Element {
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
    content.rows.every((row) => typeof row[i] === 'number' || row[i] === null),
  );
  return (
    <div class="table-room">
      <div class="table-scroll" tabIndex={0} role="region" aria-label={visible(title)}>
        <table class="table">
          <thead>
            <tr>
              {content.columns.map((column, i) => (
                <th key={i} scope="col" class={numeric[i] ? 'num' : undefined}>
                  <Text of={column} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {content.rows.map((row, r) => (
              <tr key={r}>
                {content.columns.map((_, i) => (
                  <td key={i} class={numeric[i] ? 'num' : undefined}>
                    <CellText cell={row[i]} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
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
            <CellText cell={content.value} />
          </b>
          {content.label !== undefined && <Text of={content.label} />}
        </p>
      );
    case 'text':
      return (
        <pre class="panel-text">
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

export function PanelPage({ id }: { id: string }): JSX.Element {
  const view = useQuery('/api/panels/{panel_id}', { path: { panel_id: id } });
  const title = view.answer?.data.title ?? id;
  return (
    <>
      <PageHead title={<Text of={title} />} note={<KindNote kind={view.answer?.kind} />} />
      <Card title="Panel" quiet flush={view.answer?.data.content.type === 'table'}>
        <Shown view={view}>
          {(panel) => <Shape content={panel.content} title={panel.title} />}
        </Shown>
      </Card>
    </>
  );
}
