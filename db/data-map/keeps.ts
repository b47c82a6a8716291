import type { Period } from './define.ts';

/** One statutory period: data, with the paragraph that asks for it. */
type StatutoryPeriod = {
  country: string;
  period: Period;
  /** Whether the period starts at the end of the calendar year of the date, as tax law often has it. */
  fromYearEnd: boolean;
  paragraph: string;
};

/**
 * Periods for accounting records, by the customer's country. The readings are ours and wait for
 * counsel: `readOn` is the day they were written down here, not a day on which a lawyer confirmed them.
 */
export const accountingPeriods = {
  readOn: '2026-11-23',
  byCountry: {
    DE: { country: 'DE', period: 'P8Y', fromYearEnd: true, paragraph: '§ 147(3) AO' },
    AT: { country: 'AT', period: 'P7Y', fromYearEnd: true, paragraph: '§ 132(1) BAO' },
    FR: {
      country: 'FR',
      period: 'P10Y',
      fromYearEnd: true,
      paragraph: 'Art. L123-22 Code de commerce',
    },
    NL: { country: 'NL', period: 'P7Y', fromYearEnd: true, paragraph: 'Art. 52(4) AWR' },
    ES: {
      country: 'ES',
      period: 'P6Y',
      fromYearEnd: true,
      paragraph: 'Art. 30 Código de Comercio',
    },
    IT: { country: 'IT', period: 'P10Y', fromYearEnd: true, paragraph: 'Art. 2220 Codice civile' },
    SE: {
      country: 'SE',
      period: 'P7Y',
      fromYearEnd: true,
      paragraph: '7 kap. 2 § bokföringslagen',
    },
    PL: {
      country: 'PL',
      period: 'P5Y',
      fromYearEnd: true,
      paragraph: 'Art. 86 § 1 Ordynacja podatkowa',
    },
    IE: { country: 'IE', period: 'P6Y', fromYearEnd: true, paragraph: 's. 886 TCA 1997' },
    GB: {
      country: 'GB',
      period: 'P6Y',
      fromYearEnd: true,
      paragraph: 'Sch. 11 para. 6(3) VATA 1994',
    },
    US: { country: 'US', period: 'P6Y', fromYearEnd: true, paragraph: '26 U.S.C. § 6501(e)' },
    CA: {
      country: 'CA',
      period: 'P6Y',
      fromYearEnd: true,
      paragraph: 's. 230(4)(b) Income Tax Act',
    },
  } satisfies Record<string, StatutoryPeriod>,
  /** Longest of the list, for a country that is not on it. */
  otherwise: { country: '', period: 'P10Y', fromYearEnd: true, paragraph: 'longest of our list' },
} as const;

/** Grounds on which something outlives an erasure. */
export const keepGrounds = {
  accounting_records: {
    text: 'Tax and commercial law ask us to keep invoices.',
    law: 'GDPR Art. 17(3)(b)',
  },
  request_records: {
    text: 'We have to be able to show that we carried out your request.',
    law: 'GDPR Art. 5(2); Cal. Code Regs. tit. 11 § 7101',
  },
  consent_proof: {
    text: 'We have to be able to show which choice you made and when.',
    law: 'GDPR Art. 7(1)',
  },
  access_records: {
    text: 'The log of who looked stays provable; its details can no longer be read.',
    law: 'GDPR Art. 5(2)',
  },
} as const;
export type KeepGround = keyof typeof keepGrounds;

const fixedPeriods = {
  request_records: 'P24M',
  consent_proof: 'P36M',
  access_records: 'P24M',
} as const satisfies Record<Exclude<KeepGround, 'accounting_records'>, Period>;

/** Adds an ISO 8601 period of one unit to a moment, in UTC; a day that a month lacks becomes its last. */
export function addPeriod(from: Date, period: Period): Date {
  const match = /^P(\d+)([DMY])$/.exec(period);
  if (!match) throw new RangeError(`not a period of one unit: ${period}`);
  const count = Number(match[1]);
  if (match[2] === 'D') return new Date(from.getTime() + count * 86_400_000);
  const months = match[2] === 'Y' ? count * 12 : count;
  const result = new Date(from);
  result.setUTCDate(1);
  result.setUTCMonth(result.getUTCMonth() + months);
  const lastDay = new Date(
    Date.UTC(result.getUTCFullYear(), result.getUTCMonth() + 1, 0),
  ).getUTCDate();
  result.setUTCDate(Math.min(from.getUTCDate(), lastDay));
  return result;
}

/** The statutory period for accounting records of a customer in `country` (ISO 3166-1 alpha-2). */
export function accountingPeriod(country: string): StatutoryPeriod {
  const known: Record<string, StatutoryPeriod> = accountingPeriods.byCountry;
  return known[country] ?? accountingPeriods.otherwise;
}

/** Moment at which a keep on `ground` ends, for a row dated `from` and a customer in `country`. */
export function keepEnds(ground: KeepGround, from: Date, country: string): Date {
  if (ground !== 'accounting_records') return addPeriod(from, fixedPeriods[ground]);
  const { period, fromYearEnd } = accountingPeriod(country);
  const start = fromYearEnd ? new Date(Date.UTC(from.getUTCFullYear() + 1, 0, 1)) : from;
  return addPeriod(start, period);
}

/** The paragraph a keep is based on, as shown to people. */
export function keepLaw(ground: KeepGround, country: string): string {
  return ground === 'accounting_records'
    ? accountingPeriod(country).paragraph
    : keepGrounds[ground].law;
}
