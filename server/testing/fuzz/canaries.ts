import { randomBytes } from 'node:crypto';

export type CanaryKind = 'row' | 'sql' | 'secret';
type Canary = { kind: CanaryKind; what: string; forms: readonly string[] };
/** Where a canary was, with what stands around it. */
export type Sighting = { kind: CanaryKind; what: string; around: string };

const AROUND = 60;

/** A word that stands nowhere else, all of it letters and digits: nothing that writes it has to escape it. */
export function newCanary(): string {
  return `cnry${randomBytes(12).toString('hex')}`;
}

/** What must be told to nobody, and a search for it: raw, in base64 (also within a longer text), in hex. */
export function createCanaries() {
  const all: Canary[] = [];
  return {
    add(kind: CanaryKind, what: string, value: string): void {
      if (value.length < 8) throw new Error(`too short to be looked for: ${what}`);
      all.push({ kind, what, forms: formsOf(value) });
    },
    /** How many there are, by kind. */
    count: (kind: CanaryKind) => all.filter((one) => one.kind === kind).length,
    find(text: string): Sighting[] {
      return all.flatMap(({ kind, what, forms }) =>
        forms.flatMap((form) => {
          const found: Sighting[] = [];
          for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1))
            found.push({ kind, what, around: text.slice(at, at + form.length + AROUND) });
          return found;
        }),
      );
    },
  };
}
export type Canaries = ReturnType<typeof createCanaries>;

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const within = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // Without the signs that share bits with what stands before and after.
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  const urlSafe = within.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const hex = bytes.toString('hex');
  return [...new Set([value, ...within, ...urlSafe, hex, hex.toUpperCase()])];
}
