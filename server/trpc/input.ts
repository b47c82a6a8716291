import { z } from 'zod';

/**
 * Primitives of every input schema. PostgreSQL refuses U+0000 and unpaired surrogates, numbers beyond
 * its integers and malformed uuids with an error of its own; here they are refused with ours.
 */
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !value.includes('\u0000') && value.isWellFormed(), 'unusable characters')
    .transform((value) => value.normalize('NFC'));

/** One line without leading or trailing white space, not empty. */
export const line = (max: number) =>
  text(max)
    .transform((value) => value.trim())
    .refine(
      (value) => value.length > 0 && !/[\p{Cc}\u2028\u2029]/u.test(value),
      'one line of text',
    );

/** Typed exactly as entered: never trimmed, never normalised beyond NFC. */
export const secretText = (max: number) => text(max).refine((value) => value.length > 0, 'empty');

export const id = z.uuid();

export const email = text(254)
  .transform((value) => value.normalize('NFKC').trim())
  .refine(
    (value) =>
      /^[^\s@\p{Cc}"<>(),:;[\]\\]{1,64}@(?=.{4,190}$)[^\s@\p{Cc}.]+(\.[^\s@\p{Cc}.]+)+$/u.test(
        value,
      ),
    'an e-mail address',
  );

/** 43 base64url characters: a token of ours. */
export const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** Six digits, however spaced. */
export const totpCode = text(16)
  .transform((value) => value.replace(/[\s-]/g, ''))
  .refine((value) => /^\d{6}$/.test(value), 'six digits');

/** A keyset cursor as handed out; opaque to the client. */
export const cursor = z
  .string()
  .max(1_000)
  .regex(/^[A-Za-z0-9_-]+$/);

/** Sent by the client's infinite lists beside the cursor; our lists only go on. */
export const direction = z.literal('forward').optional();

export const nothing = z.strictObject({});
