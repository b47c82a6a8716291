import type { retentionOf } from '../../db/data-map/register.ts';

/** When rows of a table go, as a sentence. */
export function retentionText(retention: ReturnType<typeof retentionOf>): string {
  switch (retention.kind) {
    case 'account':
      return 'Deleted with your account.';
    case 'period':
      if (retention.period === 'P0D') return `Deleted when ${retention.from}.`;
      return `Deleted ${periodText(retention.period)} after ${retention.from}.`;
    case 'statutory':
      return `Kept as long as the law asks, counted from when ${retention.from}. ${retention.ground}`;
  }
}

const units: Record<string, string> = { D: 'day', M: 'month', Y: 'year' };

function periodText(period: string): string {
  const [, count = '', unit = ''] = /^P(\d+)([DMY])$/.exec(period) ?? [];
  return `${count} ${units[unit]}${count === '1' ? '' : 's'}`;
}
