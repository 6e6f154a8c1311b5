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
export function bars(values: readonly (readonly number[])[], top: number, box: Box): Bar[] {
  const room = box.width / Math.max(1, values.length);
  const gap = room >= 8 ? 2 : room >= 4 ? 1 : 0;
  return values.map((stack, i) => {
    let y = box.top + box.height;
    const parts = stack.map((value) => {
      const height = value > 0 ? Math.max(1, (value / top) * box.height) : 0;
      y -= height;
      return { y, height };
    });
    const width = Math.max(0.5, Math.min(room - gap, 48));
    return { x: box.left + i * room + (room - width) / 2, width, parts };
  });
}

export interface Bucket {
  hour: string;
  total_jobs: number;
  completed: number;
  dead_letter: number;
}

/** So many hours in one, counted from the newest; the last hours stay whole. */
export function group(buckets: readonly Bucket[], hours: number): Bucket[] {
  const first = buckets.length % hours;
  const out: Bucket[] = [];
  for (let at = first === 0 ? 0 : first - hours; at < buckets.length; at += hours) {
    const part = buckets.slice(Math.max(0, at), at + hours);
    out.push({
      hour: part[0]?.hour ?? '',
      total_jobs: part.reduce((sum, one) => sum + one.total_jobs, 0),
      completed: part.reduce((sum, one) => sum + one.completed, 0),
      dead_letter: part.reduce((sum, one) => sum + one.dead_letter, 0),
    });
  }
  return out;
}

/** A path through the values; where one is missing, the line breaks. */
export function linePaths(values: readonly (number | null)[], top: number, box: Box): string {
  const step = box.width / Math.max(1, values.length - 1);
  let pen = 'M';
  return values
    .map((value, i) => {
      if (value === null) {
        pen = 'M';
        return '';
      }
      const y = box.top + box.height - (Math.max(0, value) / top) * box.height;
      const point = `${pen}${(box.left + i * step).toFixed(1)} ${y.toFixed(1)}`;
      pen = 'L';
      return point;
    })
    .join('');
}
