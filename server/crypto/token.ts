import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits as 43 base64url characters: cookies and mailed links. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** RFC 9562 UUIDv7: ids made here sort by time, whatever the version of PostgreSQL. */
export function newId(now: Date = new Date()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now.getTime(), 0, 6);
  bytes.writeUInt8(((bytes[6] ?? 0) & 0x0f) | 0x70, 6);
  bytes.writeUInt8(((bytes[8] ?? 0) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Keyed hash of a value for one use; hashes of different uses never match. */
export function keyedHash(key: Buffer, use: string, value: string): string {
  return createHmac('sha256', key).update(`${use}\0${value}`).digest('hex');
}

/** Compares two secrets of the same use without telling where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A code for people to keep: `groups` × 4 characters of Crockford's base 32, 20 bits a group. */
export function newCode(groups: number): string {
  return Array.from({ length: groups }, () =>
    Array.from(randomBytes(4), (byte) => CROCKFORD[byte & 31]).join(''),
  ).join('-');
}

/** What a person typed for such a code, in its one spelling: O is 0, I and L are 1, no separators. */
export function normaliseCode(typed: string): string {
  return typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
}
