// error.tsx -- an error with its stack: what happened first, then where in the users' own code.

import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { JSX } from 'preact';
import { plural } from '../lib/format';
import { cut, errorSummary, visible, visibleLines } from '../lib/text';
import { foldsLibrary, hasFrames, stretchesOf, type Frame, type Stretch } from '../lib/trace';
import { Copy } from './copy';
import { Choice } from './fields';

const SUMMARY_LONGEST = 400;
const LINES_MOST = 60;

function nameOf(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}

/** `"/srv/app/mail.py", line 12, in send`, with what matters in front. */
function FrameLine({ frame }: { frame: Frame }): JSX.Element {
  const name = nameOf(frame.file);
  return (
    <div class={`frame frame-${frame.whose}`}>
      <div class="frame-place">
        <bdi class="frame-function">{frame.function || '?'}</bdi>
        <bdi class="frame-file">
          <span class="dim">{frame.file.slice(0, frame.file.length - name.length)}</span>
          {name}:{frame.line}
        </bdi>
      </div>
      {frame.lines.slice(1).length > 0 && (
        <pre class="frame-code">
          <bdi>{dedented(frame.lines.slice(1)).join('\n')}</bdi>
        </pre>
      )}
    </div>
  );
}

function dedented(lines: readonly string[]): string[] {
  const least = Math.min(...lines.map((line) => /^\s*/.exec(line)?.[0].length ?? 0));
  return lines.map((line) => line.slice(least));
}

function librariesOf(frames: readonly Frame[]): string {
  const names = frames.map(({ file }) => {
    const inside = /(?:site|dist)-packages[/\\]([^/\\]+)/.exec(file)?.[1];
    const own = /[/\\](soniq)[/\\]/.exec(file)?.[1];
    return (
      inside ?? own ?? (/^<frozen/.test(file) ? 'python' : nameOf(file).replace(/\.py$/, ''))
    );
  });
  const some = [...new Set(names)];
  return some.slice(0, 3).join(', ') + (some.length > 3 ? ', \u2026' : '');
}

function Folded({ frames }: { frames: readonly Frame[] }): JSX.Element {
  const open = useSignal(false);
  return (
    <>
      <button
        type="button"
        class="more frame-fold"
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        {open.value ? 'Fold ' : ''}
        {plural(frames.length, 'frame')} of <bdi>{librariesOf(frames)}</bdi>
      </button>
      {open.value && frames.map((frame, i) => <FrameLine key={i} frame={frame} />)}
    </>
  );
}

function StretchView({ stretch, fold }: { stretch: Stretch; fold: boolean }): JSX.Element {
  if (stretch.kind === 'text')
    return (
      <pre class="frame-text">
        <bdi>{stretch.lines.join('\n')}</bdi>
      </pre>
    );
  if (stretch.whose === 'library' && fold) return <Folded frames={stretch.frames} />;
  return (
    <>
      {stretch.frames.map((frame, i) => (
        <FrameLine key={i} frame={frame} />
      ))}
    </>
  );
}

const HEADING = /^[\s|+]*(?:Exception Group )?Traceback \(most recent call last\):$/;

/** Without what says nothing new: headings, the line that stands above all of it, empty ends. */
function bare(stretch: Stretch, summary: string): Stretch[] {
  if (stretch.kind === 'frames') return [stretch];
  const lines = stretch.lines.filter((line) => !HEADING.test(line) && line.trim() !== summary);
  while (lines.length > 0 && lines[0]?.trim() === '') lines.shift();
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop();
  return lines.length > 0 ? [{ kind: 'text', lines }] : [];
}

function Trace({ stretches, summary }: { stretches: Stretch[]; summary: string }): JSX.Element {
  const fold = foldsLibrary(stretches);
  const shown = stretches.flatMap((stretch) => bare(stretch, summary.trim()));
  return (
    <div class="trace frames" role="group" aria-label="Stack trace" tabIndex={0}>
      {shown.map((stretch, i) => (
        <StretchView key={i} stretch={stretch} fold={fold} />
      ))}
    </div>
  );
}

function Plain({ lines }: { lines: readonly string[] }): JSX.Element {
  const open = useSignal(false);
  const long = lines.length > LINES_MOST + 10;
  const shown = long && !open.value ? lines.slice(-LINES_MOST) : lines;
  return (
    <>
      {long && (
        <button
          type="button"
          class="more"
          aria-expanded={open.value}
          onClick={() => {
            open.value = !open.value;
          }}
        >
          {open.value ? 'Fold' : `Show ${plural(lines.length - LINES_MOST, 'line')} above`}
        </button>
      )}
      <pre class="trace" tabIndex={0} aria-label="The error as it is">
        <bdi>{shown.join('\n')}</bdi>
      </pre>
    </>
  );
}

type Way = 'frames' | 'text';

export function ErrorText({ text }: { text: string }): JSX.Element {
  const way = useSignal<Way>('frames');
  const seen = useMemo(() => visibleLines(text).replace(/\n+$/, ''), [text]);
  const stretches = useMemo(() => stretchesOf(seen), [seen]);
  const summary = visible(errorSummary(text));
  const framed = hasFrames(stretches);
  const lines = seen.split('\n');
  const more = lines.length > 1 || summary.length > SUMMARY_LONGEST;
  return (
    <div class="error">
      <div class="error-head">
        <bdi class="error-summary">{cut(summary, SUMMARY_LONGEST)}</bdi>
        <Copy text={text} what="the error" />
      </div>
      {framed && (
        <div class="error-tools">
          <Choice
            label="How the stack is shown"
            value={way.value}
            options={[
              { value: 'frames', show: 'Your code first' },
              { value: 'text', show: 'As it is' },
            ]}
            onChange={(value) => {
              way.value = value;
            }}
          />
        </div>
      )}
      {framed && way.value === 'frames' ? (
        <Trace stretches={stretches} summary={summary} />
      ) : (
        more && <Plain lines={lines} />
      )}
    </div>
  );
}

/** One line of it, for a list. */
export function ErrorLine({ text }: { text: string | null }): JSX.Element | null {
  if (text === null) return null;
  return <bdi class="error-line">{cut(visible(errorSummary(text)), 300)}</bdi>;
}
