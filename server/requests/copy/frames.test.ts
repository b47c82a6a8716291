import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DamagedCopyError, FRAME_BYTES, openFrames, sealFrames } from './frames.ts';

const key = randomBytes(32);
const place = 'export_archive|one';
const seal = (plain: Buffer) =>
  buffer(Readable.from([plain], { objectMode: false }).pipe(sealFrames({ key, place })));

/** Pieces of any size, as a disk or a network would give them. */
function open(sealed: Buffer, { size = 1_000, as = { key, place } } = {}): Promise<Buffer> {
  const pieces = Array.from({ length: Math.ceil(sealed.length / size) }, (_, index) =>
    sealed.subarray(index * size, (index + 1) * size),
  );
  return buffer(Readable.from(pieces, { objectMode: false }).pipe(openFrames(as)));
}

describe('sealed frames', () => {
  test.each([0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES])(
    'give back %i bytes as they were',
    async (length) => {
      const plain = randomBytes(length);
      const sealed = await seal(plain);
      expect((await open(sealed)).equals(plain)).toBe(true);
      if (length > 100) expect(sealed.includes(plain.subarray(0, 100))).toBe(false);
    },
  );

  test('give back any text, however it is cut', async () => {
    const size = fc.integer({ min: 1, max: 200_000 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 200_000 }), size, async (length, piece) => {
        const plain = randomBytes(length);
        expect((await open(await seal(plain), { size: piece })).equals(plain)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test('do not open after any single bit was changed', async () => {
    const sealed = await seal(randomBytes(2 * FRAME_BYTES + 100));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: sealed.length * 8 - 1 }), async (bit) => {
        const altered = Buffer.from(sealed);
        altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        await expect(open(altered, { size: 70_000 })).rejects.toThrow(DamagedCopyError);
      }),
      { numRuns: 60 },
    );
  });

  test('do not open when cut anywhere, extended, reordered, or taken for another file', async () => {
    const frame = FRAME_BYTES + 16;
    const plain = randomBytes(3 * FRAME_BYTES);
    const sealed = await seal(plain);
    const frames = [8, 8 + frame, 8 + 2 * frame].map((from) => sealed.subarray(from, from + frame));
    const head = sealed.subarray(0, 8);
    const [first = head, second = head, third = head] = frames;
    const altered = [
      Buffer.alloc(0),
      head,
      Buffer.concat([head, first]),
      Buffer.concat([head, first, second]),
      Buffer.concat([head, second, first, third]),
      Buffer.concat([head, first, third]),
      Buffer.concat([sealed, third]),
      Buffer.concat([sealed, Buffer.from([0])]),
      sealed.subarray(0, -1),
    ];
    for (const bytes of altered) await expect(open(bytes)).rejects.toThrow(DamagedCopyError);
    await expect(open(sealed, { as: { key, place: 'export_archive|two' } })).rejects.toThrow(
      DamagedCopyError,
    );
    await expect(open(sealed, { as: { key: randomBytes(32), place } })).rejects.toThrow(
      DamagedCopyError,
    );
  });
});
