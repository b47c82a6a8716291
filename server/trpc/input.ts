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

/** The reference of a case, `T-2026-0DK3A8Q1`, in its one spelling, however it was typed. */
export const caseReference = line(40).transform((value) => value.toUpperCase());

/** Typed exactly as entered: never trimmed, never normalised beyond NFC. */
export const secretText = (max: number) => text(max).refine((value) => value.length > 0, 'empty');

/** In its one spelling: what is sealed for somebody is bound to their id as a text, and PostgreSQL knows several. */
export const id = z.uuid().toLowerCase();

/** Normalised before it is judged; without signs that nobody sees, which would make a twin of another address. */
export const email = text(254)
  .transform((value) => value.normalize('NFKC').trim())
  .refine(
    (value) =>
      /^[^\s@\p{Cc}\p{Cf}"<>(),:;[\]\\]{1,64}@(?=.{4,190}$)[^\s@\p{Cc}\p{Cf}.]+(\.[^\s@\p{Cc}\p{Cf}.]+)+$/u.test(
        value,
      ) && isDomain(value.slice(value.indexOf('@') + 1)),
    'an e-mail address',
  );

/**
 * Whether the network has names of this form (IDNA, RFC 1035): no letter reaches any other, and one with a
 * comma in it is two addresses to some who send letters. A number of a machine is no name.
 */
function isDomain(domain: string): boolean {
  // What an address of a page would end its host with, or decode in it.
  if (/[%/?#:@\\]/.test(domain)) return false;
  if (!URL.canParse(`http://${domain}`)) return false;
  const labels = new URL(`http://${domain}`).hostname.split('.');
  const fits = labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  return fits && labels.join('.').length <= 253 && !/^\d+$/.test(labels.at(-1) ?? '');
}

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

/** Names of groups, of nothing, and of tests that stand among the regions. */
const NO_COUNTRY: ReadonlySet<string> = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);

/** ISO 3166-1 alpha-2 as it is today: periods set by law are looked up by it, and UK is not GB. */
export const country = z
  .string()
  // Without going on: what is no code at all, the names of regions answer with an error of their own.
  .regex(/^[A-Z]{2}$/, { abort: true })
  .refine((value) => {
    const named = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' }).of(value);
    return named && !NO_COUNTRY.has(value) && new Intl.Locale(`und-${value}`).region === value;
  }, 'a country');

/** Languages a person can be written to in, ISO 639-1. Only English is translated so far. */
export const languages = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'sv'] as const;

/** A zone of the IANA database. */
export const timeZone = z
  .string()
  .max(64)
  .refine((value) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
    } catch {
      return false;
    }
  }, 'a time zone');

/** Whether a moment lies in a year that every calendar here has; PostgreSQL knows no year 0. */
export function hasUsualYear(value: string): boolean {
  const year = new Date(value).getUTCFullYear();
  return year >= 1970 && year < 10_000;
}

/** A moment with its zone, in its one spelling. */
export const moment = z.iso
  .datetime({ offset: true })
  .refine(hasUsualYear, 'a moment')
  .transform((value) => new Date(value).toISOString());

/** A whole number that an `integer` column holds, not negative. */
export const count = z.int().min(0).max(2_147_483_647);

/** A whole number that both JSON and a `bigint` column hold exactly. */
export const bigCount = z.int().min(0);

/** A sum of money in cents; credits are negative. */
export const cents = z.int();

/** How a sender names one thing of its own, the same each time. */
export const senderKey = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/);

export const nothing = z.strictObject({});
