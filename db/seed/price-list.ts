/** Price of one GPU for one hour, in cents of the customer's currency. */
export const gpuPrices = {
  'NVIDIA T4': 55,
  'NVIDIA L4': 92,
  'NVIDIA A10': 118,
  'NVIDIA V100 32 GB': 195,
  'NVIDIA A100 80 GB': 319,
  'NVIDIA H100 80 GB': 489,
} as const;
export type GpuType = keyof typeof gpuPrices;
export const gpuTypes = Object.keys(gpuPrices) as GpuType[];

/** Price of one CPU core for one hour of a session without a GPU, in cents. */
export const CPU_CORE_CENTS = 4;

export type BilledSession = {
  gpuType: string | null;
  gpuSeconds: number;
  cpuMilli: number;
  startedAt: Date;
  endedAt: Date | null;
};

export type PricedLine = {
  description: string;
  quantity: number;
  unitCents: number;
  amountCents: number;
};

/**
 * The lines of one month's invoice: for each kind of machine the hours of the sessions that ended in
 * that month, each sum rounded up to a whole hour. Sessions that still run are billed when they end.
 */
export function priceSessions(sessions: readonly BilledSession[]): PricedLine[] {
  const seconds = new Map<string, number>();
  for (const session of sessions) {
    if (!session.endedAt) continue;
    const wall = (session.endedAt.getTime() - session.startedAt.getTime()) / 1000;
    const billed = session.gpuType ? session.gpuSeconds : (wall * session.cpuMilli) / 1000;
    const kind = session.gpuType ?? 'CPU core';
    seconds.set(kind, (seconds.get(kind) ?? 0) + billed);
  }
  return [...seconds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, total]) => {
      const quantity = Math.ceil(total / 3600);
      const unitCents = unitPrice(kind);
      return {
        description: `${kind}, hours`,
        quantity,
        unitCents,
        amountCents: quantity * unitCents,
      };
    });
}

function unitPrice(kind: string): number {
  const prices: Record<string, number> = gpuPrices;
  return prices[kind] ?? CPU_CORE_CENTS;
}
