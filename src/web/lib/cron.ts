// cron.ts -- what a cron expression says, in words where there are short ones.

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const ALIASES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const two = (n: number): string => String(n).padStart(2, '0');

function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

const SHORT: Readonly<Record<string, number>> = Object.fromEntries([
  ...DAYS.map((day, i) => [day.slice(0, 3).toLowerCase(), i]),
  ...MONTHS.map((month, i) => [month.slice(0, 3).toLowerCase(), i + 1]),
]) as Record<string, number>;

function valueOf(text: string): number | null {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  return SHORT[text.toLowerCase()] ?? null;
}

/** The values of "1,3" or "1-5"; null for what has no short words. */
function some(field: string): number[] | null {
  const out: number[] = [];
  for (const piece of field.split(',')) {
    const [from, to] = piece.split('-').map(valueOf);
    if (from == null || to === null || piece.split('-').length > 2) return null;
    for (let n = from; n <= (to ?? from) && out.length < 60; n++) out.push(n);
  }
  return out.length > 0 ? out : null;
}

const each = (field: string): number | null => {
  const step = /^\*\/(\d{1,2})$/.exec(field)?.[1];
  return step === undefined ? null : Number(step);
};

function timeOf(minute: string, hour: string): string | null {
  const minutes = some(minute);
  const everyMinutes = each(minute);
  const everyHours = each(hour);
  if (hour === '*') {
    if (minute === '*') return 'every minute';
    if (everyMinutes !== null)
      return everyMinutes === 1 ? 'every minute' : `every ${everyMinutes} minutes`;
    return minutes && minutes.length <= 4
      ? `every hour at ${listed(minutes.map((n) => `:${two(n)}`))}`
      : null;
  }
  if (everyHours !== null && minutes?.length === 1)
    return `every ${everyHours} hours at :${two(minutes[0] ?? 0)}`;
  const hours = some(hour);
  if (!hours || !minutes || hours.length * minutes.length > 4) return null;
  const times = hours.flatMap((h) => minutes.map((m) => `${two(h)}:${two(m)}`));
  return `at ${listed(times)}`;
}

function daysOf(weekday: string): string | null {
  if (weekday === '*' || weekday === '?') return '';
  const days = some(weekday);
  if (!days) return null;
  const key = days.map((n) => n % 7).join();
  if (key === '1,2,3,4,5') return 'on weekdays';
  return `on ${listed(days.map((n) => `${DAYS[n % 7]}s`))}`;
}

function datesOf(day: string, month: string): string | null {
  const dates = day === '*' || day === '?' ? [] : some(day);
  const months = month === '*' ? [] : some(month);
  if (!dates || !months || dates.length > 4) return null;
  const on = dates.length === 0 ? '' : `on day ${listed(dates.map(String))}`;
  const names = listed(months.map((n) => MONTHS[n - 1] ?? '?'));
  if (months.length === 0) return on === '' ? '' : `${on} of the month`;
  return on === '' ? `in ${names}` : `${on} of ${names}`;
}

/** "at 04:00 on weekdays"; null where the expression is better read as it is. */
export function cronWords(expression: string): string | null {
  const text = ALIASES[expression.trim().toLowerCase()] ?? expression.trim();
  const [minute, hour, day, month, weekday, ...more] = text.split(/\s+/);
  if (!minute || !hour || !day || !month || !weekday || more.length > 0) return null;
  const parts = [timeOf(minute, hour), daysOf(weekday), datesOf(day, month)];
  if (parts.includes(null)) return null;
  // Both a weekday and a date mean either of them, which short words would hide.
  if (parts[1] !== '' && day !== '*' && day !== '?') return null;
  if (parts[1] === '' && parts[2] === '' && parts[0]?.startsWith('at '))
    return `every day ${parts[0]}`;
  return parts.filter((part) => part !== '').join(' ');
}
