import { LOCALE } from './intl.tsx';

/** A moment as the server writes it (ISO 8601), or a Date. */
export type Moment = string | Date;

let timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zone of the signed-in person; until it is known, the browser's. */
export function setTimeZone(zone: string): void {
  try {
    Intl.DateTimeFormat(LOCALE, { timeZone: zone });
    timeZone = zone;
  } catch {
    // A zone this browser has no data for: its own is nearer to the person than none.
  }
}

const made = new Map<string, Intl.DateTimeFormat>();

/** Formatters are dear to make; one per zone and shape. */
function dates(shape: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timeZone}|${JSON.stringify(shape)}`;
  const known = made.get(key);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat(LOCALE, { timeZone, ...shape });
  made.set(key, formatter);
  return formatter;
}

/** "23 November 2026". */
export function formatDate(moment: Moment): string {
  return dates({ dateStyle: 'long' }).format(new Date(moment));
}

/** "23 November 2026 at 14:05 CET": always with its zone. */
export function formatDateTime(moment: Moment): string {
  return dates({
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(moment));
}

/** "23 Nov 2026, 14:05 CET": in tables. */
export function formatShortDateTime(moment: Moment): string {
  return dates({
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(moment));
}

/** "14:05". */
export function formatTime(moment: Moment): string {
  return dates({ timeStyle: 'short' }).format(new Date(moment));
}

/** A day without a time, as "2026-11-23": never moved by a zone. */
export function formatDay(day: string): string {
  return new Intl.DateTimeFormat(LOCALE, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${day.slice(0, 10)}T00:00:00Z`),
  );
}

const near = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
/** "Last month" says less than "1 month ago". */
const far = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'always' });
const units = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** "in 3 days", "5 minutes ago", "now". */
export function formatRelative(moment: Moment, now: Date = new Date()): string {
  const seconds = (new Date(moment).getTime() - now.getTime()) / 1_000;
  for (const [unit, length] of units) {
    if (Math.abs(seconds) < length) continue;
    const words = unit === 'year' || unit === 'month' ? far : near;
    return words.format(Math.round(seconds / length), unit);
  }
  return near.format(0, 'second');
}

const numbers = new Intl.NumberFormat(LOCALE);
export function formatNumber(value: number): string {
  return numbers.format(value);
}

/** The thousands of a sum that is only known to be larger: its last digits say nothing. */
export function rounded(atLeast: number): number {
  return Math.floor(atLeast / 1_000) * 1_000;
}

const hundredths = new Intl.NumberFormat(LOCALE, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
/** "12.34", from hundredths of a currency that is named elsewhere. */
export function formatHundredths(value: number): string {
  return hundredths.format(value / 100);
}

/** "€12.34", from minor units; the currency decides how many of them make one. */
export function formatMoney(minor: number, currency: string): string {
  const formatter = new Intl.NumberFormat(LOCALE, { style: 'currency', currency });
  const digits = formatter.resolvedOptions().maximumFractionDigits ?? 2;
  return formatter.format(minor / 10 ** digits);
}

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** "4.2 MB"; steps of 1000. */
export function formatBytes(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(sizes.length - 1, Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(LOCALE, {
    style: 'unit',
    unit: sizes[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(bytes / 1_000 ** step);
}

const list = new Intl.ListFormat(LOCALE, { style: 'long', type: 'conjunction' });

/** "a, b and c"; where one has a comma of its own, "a, x; b and c". */
export function formatList(items: readonly string[]): string {
  if (!items.some((item) => item.includes(', '))) return list.format(items);
  return list
    .formatToParts(items)
    .map(({ type, value }) => (type === 'literal' && value === ', ' ? '; ' : value))
    .join('');
}

/** "45 seconds", "2 minutes", "1 hour": rounded up, so that waiting that long is enough. */
export function formatWait(seconds: number): string {
  const [value, unit] =
    seconds < 90
      ? ([seconds, 'second'] as const)
      : seconds < 5_400
        ? ([seconds / 60, 'minute'] as const)
        : ([seconds / 3_600, 'hour'] as const);
  return new Intl.NumberFormat(LOCALE, { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.ceil(value),
  );
}

/** "With your account" for "with your account": words that stand alone. */
export function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "to bill" for "To bill": words that go on a sentence. */
export function continued(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}

const countries = new Intl.DisplayNames(LOCALE, { type: 'region', fallback: 'code' });

/** "Germany" for "DE". */
export function countryName(code: string): string {
  try {
    return countries.of(code) ?? code;
  } catch {
    return code;
  }
}
