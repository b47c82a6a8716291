import type { Period } from '../../db/data-map/define.ts';
import { addPeriod } from '../../db/data-map/keeps.ts';

type Regime = { law: string; period: Period; countries: readonly string[] };

const eea =
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO'.split(
    ' ',
  );

/** How long laws give us to answer. The policy's own promise is 30 days, everywhere. */
const regimes: readonly Regime[] = [
  { law: 'GDPR Art. 12(3)', period: 'P1M', countries: eea },
  { law: 'UK GDPR Art. 12(3)', period: 'P1M', countries: ['GB'] },
  { law: 'Cal. Civ. Code § 1798.130(a)(2)', period: 'P45D', countries: ['US'] },
  { law: 'PIPEDA Sch. 1, cl. 4.9', period: 'P30D', countries: ['CA'] },
];
const PROMISE: Period = 'P30D';

/**
 * Last moment at which a request may be answered: the earlier of the policy's 30 days and the law of
 * the person's country. A month without that day ends early: 31 January is due on the last of February.
 *
 * @param receivedAt moment the request reached us
 * @param country ISO 3166-1 alpha-2
 * @throws {RangeError} if `receivedAt` is not a valid date
 */
export function dueAt(receivedAt: Date, country: string): Date {
  if (Number.isNaN(receivedAt.getTime())) throw new RangeError('receivedAt is not a date');
  const ends = regimes
    .filter((regime) => regime.countries.includes(country))
    .map((regime) => addPeriod(receivedAt, regime.period).getTime());
  return new Date(Math.min(addPeriod(receivedAt, PROMISE).getTime(), ...ends));
}

/** What the due date rests on: the law that is the stricter one, or the policy's own promise. */
export function clockOf(receivedAt: Date, country: string): { law: string | null; period: Period } {
  const due = dueAt(receivedAt, country).getTime();
  if (addPeriod(receivedAt, PROMISE).getTime() === due) return { law: null, period: PROMISE };
  const regime = regimes.find(
    ({ countries, period }) =>
      countries.includes(country) && addPeriod(receivedAt, period).getTime() === due,
  );
  return { law: regime?.law ?? null, period: regime?.period ?? PROMISE };
}

/** Days from today's date to that of the due moment, both in UTC; negative from that moment on. */
export function daysLeft(due: Date, now: Date): number {
  const days = day(due) - day(now);
  return now.getTime() < due.getTime() ? days : Math.min(days, -1);
}

/** Number of the day in UTC. */
function day(date: Date): number {
  return Math.floor(date.getTime() / 86_400_000);
}
