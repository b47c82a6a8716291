import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Raised for every failure to open; says nothing about why (no oracle). */
export class CipherError extends Error {
  override name = 'CipherError';
}

/** AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D); `nonce.ciphertext+tag`, base64url. */
export function encrypt(key: Buffer, plain: Buffer, additionalData: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(bound(additionalData));
  const body = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return `${nonce.toString('base64url')}.${body.toString('base64url')}`;
}

/** @throws {CipherError} when anything does not fit: key, place, nonce, text or tag */
export function decrypt(key: Buffer, text: string, additionalData: string): Buffer {
  const [noncePart, bodyPart, ...rest] = text.split('.');
  if (!noncePart || !bodyPart || rest.length > 0) throw new CipherError('cannot open');
  const nonce = Buffer.from(noncePart, 'base64url');
  const body = Buffer.from(bodyPart, 'base64url');
  if (nonce.length !== NONCE_BYTES || body.length < TAG_BYTES) throw new CipherError('cannot open');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(bound(additionalData));
    decipher.setAuthTag(body.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw new CipherError('cannot open');
  }
}

/** What a text is bound to: it opens with the same again, and with nothing else. */
function bound(additionalData: string): Buffer {
  return Buffer.from(additionalData);
}
