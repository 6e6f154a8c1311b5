// trace.ts -- a stack trace taken apart: whose frames they are, and what to fold.

export type Whose = 'users' | 'library';

export interface Frame {
  whose: Whose;
  file: string;
  line: string;
  function: string;
  lines: string[]; // as they were, all of them
}

/** A run of frames of one owner, or of lines that are none. */
export type Stretch =
  { kind: 'text'; lines: string[] } | { kind: 'frames'; whose: Whose; frames: Frame[] };

const PLACE = /^([\s|+]*)File "(.*)", line (\d+)(?:, in (.*))?$/;

// The same places as rules/signature.c: the standard library, installed packages, Soniq itself.
const LIBRARY = new RegExp(
  '/(?:site-packages|dist-packages)/|/lib(?:64)?/(?:python|pypy)|' +
    '/soniq/(?:core/|features/|backends/|app\\.py)',
  'i',
);

export function whoseFile(file: string): Whose {
  const path = file.replaceAll('\\', '/');
  if (path === '' || path.startsWith('<') || LIBRARY.test(path)) return 'library';
  return /\/python3/i.test(path) && /\/lib\//i.test(path) ? 'library' : 'users';
}

function frameAt(line: string): (Frame & { margin: number }) | null {
  const found = PLACE.exec(line);
  if (!found) return null;
  const [, margin = '', file = '', number = '', name = ''] = found;
  return {
    whose: whoseFile(file),
    file,
    line: number,
    function: name,
    lines: [line],
    margin: margin.length,
  };
}

function indent(line: string): number {
  return /^[\s|+]*/.exec(line)?.[0].length ?? 0;
}

function add(out: Stretch[], item: Frame | string): void {
  const last = out.at(-1);
  if (typeof item === 'string') {
    if (last?.kind === 'text') last.lines.push(item);
    else out.push({ kind: 'text', lines: [item] });
  } else if (last?.kind === 'frames' && last.whose === item.whose) last.frames.push(item);
  else out.push({ kind: 'frames', whose: item.whose, frames: [item] });
}

/** All lines, in order; a frame's source lines (deeper than it) belong to it. */
export function stretchesOf(text: string): Stretch[] {
  const out: Stretch[] = [];
  let open: (Frame & { margin: number }) | null = null;
  for (const line of text.split('\n')) {
    const frame = frameAt(line);
    if (frame) {
      open = frame;
      add(out, frame);
    } else if (open && line.trim() !== '' && indent(line) > open.margin) open.lines.push(line);
    else {
      open = null;
      add(out, line);
    }
  }
  return out;
}

export function hasFrames(stretches: readonly Stretch[]): boolean {
  return stretches.some((stretch) => stretch.kind === 'frames');
}

/** Library frames are folded where there are others to see instead. */
export function foldsLibrary(stretches: readonly Stretch[]): boolean {
  return stretches.some((s) => s.kind === 'frames' && s.whose === 'users');
}

export function linesOf(stretch: Stretch): string[] {
  return stretch.kind === 'text' ? stretch.lines : stretch.frames.flatMap((frame) => frame.lines);
}
