import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { Transform } from 'node:stream';

/*
 * How a copy lies in the store: a mark, then frames of AES-256-GCM. Every file has a random key of its
 * own, so that a counter serves as nonce. The nonce also tells the last frame from all others; a file
 * that was cut, shortened, reordered or extended does not open. (The STREAM construction of Hoang,
 * Reyhanitabar, Rogaway and Vizár, 2015, as used by age.)
 */
const MARK = Buffer.from('EASECPY1');
export const FRAME_BYTES = 64 * 1024;
const TAG_BYTES = 16;

/** A file that is not as it was written; says nothing about where or why. */
export class DamagedCopyError extends Error {
  override name = 'DamagedCopyError';
}
const damaged = () => new DamagedCopyError('the file of this copy is damaged');

/** `place`: what the file is, bound into every frame; a file does not open as another. */
type FrameKey = { key: Buffer; place: string };

/** Seals a stream; one frame of plain text is held at a time. */
export function sealFrames({ key, place }: FrameKey): Transform {
  let rest = Buffer.alloc(0);
  let counter = 0;
  const seal = (plain: Buffer, last: boolean) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce(counter++, last), {
      authTagLength: TAG_BYTES,
    });
    cipher.setAAD(Buffer.from(place));
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  return new Transform({
    construct(done) {
      this.push(MARK);
      done();
    },
    transform(chunk: Buffer, _encoding, done) {
      rest = Buffer.concat([rest, chunk]);
      let from = 0;
      // The last frame is known only at the end, so that one is always kept back.
      for (; rest.length - from > FRAME_BYTES; from += FRAME_BYTES) {
        this.push(seal(rest.subarray(from, from + FRAME_BYTES), false));
      }
      rest = Buffer.from(rest.subarray(from));
      done();
    },
    flush(done) {
      this.push(seal(rest, true));
      done();
    },
  });
}

/** Opens what `sealFrames` sealed. Emits a frame only once it is proved; fails with `DamagedCopyError`. */
export function openFrames({ key, place }: FrameKey): Transform {
  let rest = Buffer.alloc(0);
  let marked = false;
  let counter = 0;
  const open = (sealed: Buffer, last: boolean) => {
    if (sealed.length < TAG_BYTES) throw damaged();
    const decipher = createDecipheriv('aes-256-gcm', key, nonce(counter++, last), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
    } catch {
      throw damaged();
    }
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        rest = Buffer.concat([rest, chunk]);
        let from = 0;
        if (!marked && rest.length >= MARK.length) {
          if (!rest.subarray(0, MARK.length).equals(MARK)) throw damaged();
          marked = true;
          from = MARK.length;
        }
        if (marked) {
          const size = FRAME_BYTES + TAG_BYTES;
          for (; rest.length - from > size; from += size)
            this.push(open(rest.subarray(from, from + size), false));
        }
        rest = Buffer.from(rest.subarray(from));
        done();
      } catch (cause) {
        done(cause as Error);
      }
    },
    flush(done) {
      try {
        if (!marked) throw damaged();
        this.push(open(rest, true));
        done();
      } catch (cause) {
        done(cause as Error);
      }
    },
  });
}

/** Eleven bytes of counter and one that says whether the frame is the last. */
function nonce(counter: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUIntBE(counter, 5, 6);
  bytes.writeUInt8(last ? 1 : 0, 11);
  return bytes;
}

export type Tally = { bytes: number; sha256: string };

/** Lets a stream through and tells its size and SHA-256 at the end. */
export function tally(atEnd: (tally: Tally) => void): Transform {
  const hash = createHash('sha256');
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      try {
        atEnd({ bytes, sha256: hash.digest('hex') });
        done();
      } catch (cause) {
        done(cause as Error);
      }
    },
  });
}
