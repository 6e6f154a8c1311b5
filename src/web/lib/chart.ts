// chart.ts -- the arithmetic of charts: ticks, bars, and buckets put together.

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Bar {
  x: number;
  width: number;
  parts: { y: number; height: number }[];
}

/** From 0 to a round number that is at least `most`, in three to five equal whole steps. */
export function ticks(most: number): number[] {
  const rough = Math.max(1, most / 4);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.ceil(
    [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? 10 * power,
  );
  const marks = [0];
  while ((marks.at(-1) ?? 0) < most) marks.push(marks.length * step);
  return marks;
}

/** Stacked bars, the first value at the bottom; what is not nothing is seen: one pixel at least. */
export function bars(
  values: readonly (readonly (number | null)[])[],
  top: number,
  box: Box,
): Bar[] {
  const room = box.width / Math.max(1, values.length);
  const gap = room >= 8 ? 2 : room >= 4 ? 1 : 0;
  return values.map((stack, i) => {
    let y = box.top + box.height;
    const parts = stack.map((some) => {
      const value = some ?? 0;
      const height = value > 0 ? Math.max(1, (value / top) * box.height) : 0;
      y -= height;
      return { y, height };
    });
    const width = Math.max(0.5, Math.min(room - gap, 48));
    return { x: box.left + i * room + (room - width) / 2, width, parts };
  });
}

/** So many in one, counted from the newest: those keys are added up, the rest is of the first. */
export function group<B extends object>(
  buckets: readonly B[],
  size: number,
  keys: readonly (keyof B)[],
): B[] {
  const first = buckets.length % size;
  const out: B[] = [];
  for (let at = first === 0 ? 0 : first - size; at < buckets.length; at += size) {
    const part = buckets.slice(Math.max(0, at), at + size);
    const sums = keys.map((key) => [
      key,
      part.reduce((sum, one) => sum + Number(one[key] ?? 0), 0),
    ]);
    out.push({ ...(part[0] as B), ...Object.fromEntries(sums) });
  }
  return out;
}

function points(values: readonly (number | null)[], top: number, box: Box): (string | null)[] {
  const step = box.width / Math.max(1, values.length - 1);
  return values.map((value, i) => {
    if (value === null) return null;
    const y = box.top + box.height - (Math.max(0, value) / top) * box.height;
    return `${(box.left + i * step).toFixed(1)} ${y.toFixed(1)}`;
  });
}

/** A path through the values; where one is missing, the line breaks. */
export function linePaths(values: readonly (number | null)[], top: number, box: Box): string {
  const at = points(values, top, box);
  return at.map((point, i) => (point ? `${at[i - 1] ? 'L' : 'M'}${point}` : '')).join('');
}

/** Values without neighbours, of which a line shows nothing: strokes without length. */
export function dotPaths(values: readonly (number | null)[], top: number, box: Box): string {
  const at = points(values, top, box);
  return at.map((point, i) => (point && !at[i - 1] && !at[i + 1] ? `M${point}h0` : '')).join('');
}
