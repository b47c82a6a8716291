/** How a value was written down where it was found. */
export type Form = 'raw' | 'base64' | 'hex';
export type Found = { value: string; form: Form; place: string };

/** So many bytes tell whether it is worth comparing. */
const STEM = 8;
const FILTER_BITS = 22;

/** Bytes that stand within base64 of a longer text whatever stands before them, at each of three offsets. */
function base64Within(value: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), value]).toString('base64');
    const from = Math.ceil((before * 8) / 6);
    const whole = Math.floor(((before + value.length) * 8) / 6);
    return text.slice(from, whole);
  });
}

/**
 * Finds any of many values in any amount of bytes, each raw, in base64 (also within a longer text) and in
 * hex of either case. Bytes are looked at once, whatever the number of values.
 */
export function finder(values: Iterable<string>): (bytes: Buffer, place: string) => Found[] {
  const filter = new Uint8Array(1 << FILTER_BITS);
  const byStem = new Map<string, { bytes: Buffer; value: string; form: Form }[]>();
  const add = (text: Buffer, value: string, form: Form) => {
    if (text.length < STEM) return;
    filter[hash(text, 0)] = 1;
    const stem = text.toString('latin1', 0, STEM);
    const same = byStem.get(stem) ?? [];
    byStem.set(stem, same);
    same.push({ bytes: text, value, form });
  };
  for (const value of values) {
    const bytes = Buffer.from(value);
    add(bytes, value, 'raw');
    for (const text of base64Within(bytes)) add(Buffer.from(text), value, 'base64');
    add(Buffer.from(bytes.toString('hex')), value, 'hex');
    add(Buffer.from(bytes.toString('hex').toUpperCase()), value, 'hex');
  }
  return (bytes, place) => {
    const found: Found[] = [];
    for (let at = 0; at + STEM <= bytes.length; at += 1) {
      if (filter[hash(bytes, at)] === 0) continue;
      const known = byStem.get(bytes.toString('latin1', at, at + STEM)) ?? [];
      for (const { bytes: text, value, form } of known)
        if (text.equals(bytes.subarray(at, at + text.length))) found.push({ value, form, place });
    }
    return found;
  };
}

function hash(bytes: Buffer, at: number): number {
  const low = bytes.readUInt32LE(at);
  const high = bytes.readUInt32LE(at + 4);
  return (Math.imul(low, 2654435761) ^ Math.imul(high, 2246822519)) >>> (32 - FILTER_BITS);
}
