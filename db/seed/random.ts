const DAY_MS = 86_400_000;

/** A stream of pseudo-random numbers that is the same for the same seed and name on every machine. */
export type Random = {
  /** In [0, 1). */
  unit(): number;
  /** Whole number, both ends included. */
  int(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Log-normal: many small, few large. */
  skewed(median: number, spread: number): number;
  /** A moment between two, both ends included, to the millisecond. */
  moment(from: Date, to: Date): Date;
  /** A UUIDv7 that sorts by `at`. Never an id of anything secret. */
  id(at: Date): string;
  hex(length: number): string;
  digits(length: number): string;
};

/** sfc32, seeded from text: small, fast and good enough for a demo; never for secrets. */
export function createRandom(seed: string): Random {
  let [a, b, c, d] = seedWords(seed);
  function next(): number {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  }
  for (let round = 0; round < 12; round += 1) next();

  const unit = () => next() / 0x1_0000_0000;
  const int = (low: number, high: number) => low + Math.floor(unit() * (high - low + 1));
  const word = () => next().toString(16).padStart(8, '0');
  return {
    unit,
    int,
    chance: (probability) => unit() < probability,
    pick(from) {
      const found = from[int(0, from.length - 1)];
      if (found === undefined) throw new RangeError('nothing to pick from');
      return found;
    },
    skewed: (median, spread) => median * Math.exp(spread * normal(unit)),
    moment: (from, to) => new Date(int(from.getTime(), to.getTime())),
    id(at) {
      const time = at.getTime().toString(16).padStart(12, '0');
      const variant = (8 + (next() & 3)).toString(16);
      const [high, low] = [word(), word()];
      return `${time.slice(0, 8)}-${time.slice(8)}-7${high.slice(0, 3)}-${variant}${high.slice(3, 6)}-${high.slice(6)}${low}${word().slice(0, 2)}`;
    },
    hex: (length) =>
      Array.from({ length: Math.ceil(length / 8) }, word)
        .join('')
        .slice(0, length),
    digits: (length) => Array.from({ length }, () => int(0, 9)).join(''),
  };
}

/** Moments `count` days apart from another one. */
export function daysAfter(from: Date, days: number): Date {
  return new Date(from.getTime() + Math.round(days * DAY_MS));
}

/** The first moment of the month that lies `months` after that of `at`, in UTC. */
export function monthStart(at: Date, months = 0): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months, 1));
}

/** The later of two moments. */
export function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}

/** The earlier of two moments. */
export function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}

function normal(unit: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
}

/** Four words from text (FNV-1a, with a different start each). */
function seedWords(seed: string): [number, number, number, number] {
  const word = (start: number) => {
    let hash = start;
    for (let index = 0; index < seed.length; index += 1)
      hash = Math.imul(hash ^ seed.charCodeAt(index), 0x0100_0193);
    return hash | 0;
  };
  return [word(0x811c_9dc5), word(0x2545_f491), word(0x9e37_79b9), word(0x1b87_3593)];
}
