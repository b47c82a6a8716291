import { cookieValues } from '../cookie-header.ts';

export type CookieCategory = 'essential' | 'functional' | 'statistics';

type CookieEntry = {
  category: CookieCategory;
  purpose: string;
  /** Seconds; null: until the browser closes. */
  maxAge: number | null;
};

const DAY = 86_400;

/** Raised when the list changes: browsers are asked again. */
export const REGISTER_VERSION = 3;

/** Every cookie this portal can set. The cookie page prints it, and no other way to set one exists. */
export const cookieRegister = {
  sid: { category: 'essential', purpose: 'Keeps you signed in.', maxAge: null },
  pre: {
    category: 'essential',
    purpose: 'Remembers that your password was right until you enter your code.',
    maxAge: null,
  },
  rec: {
    category: 'essential',
    purpose: 'Lets you set a new password after opening a mailed link.',
    maxAge: null,
  },
  device: {
    category: 'essential',
    purpose:
      'Set when you sign in. Keeps others who guess at your password from locking you out of this browser.',
    maxAge: 180 * DAY,
  },
  no_sign_up: {
    category: 'essential',
    purpose:
      'Set when no account can be opened for whoever asked: remembers that for a day, and nothing else.',
    maxAge: DAY,
  },
  staff: {
    category: 'essential',
    purpose: 'Keeps staff of EaseLLM signed in to their console.',
    maxAge: null,
  },
  staff_pre: {
    category: 'essential',
    purpose: 'At the staff console: remembers that the password was right until the code.',
    maxAge: null,
  },
  staff_rec: {
    category: 'essential',
    purpose: 'At the staff console: lets staff set a password after opening an invitation.',
    maxAge: null,
  },
  view_as: {
    category: 'essential',
    purpose: 'At the staff console: the minutes in which support views one account.',
    maxAge: null,
  },
  choice: {
    category: 'essential',
    purpose: 'Remembers what you chose on the cookie page.',
    maxAge: 365 * DAY,
  },
  theme: {
    category: 'functional',
    purpose: 'Shows pages in the light or dark colours you chose.',
    maxAge: 365 * DAY,
  },
  visit: {
    category: 'statistics',
    purpose: 'Counts visits to this portal by a random number.',
    maxAge: 30 * DAY,
  },
} as const satisfies Record<string, CookieEntry>;

export type CookieName = keyof typeof cookieRegister;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A Set-Cookie header for a cookie of the register that is not a session's. */
export function cookieHeader(
  name: 'device' | 'choice' | 'theme' | 'visit' | 'no_sign_up',
  value: string,
  { secure }: { secure: boolean },
): string {
  const { maxAge } = cookieRegister[name];
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure ? '; Secure' : ''}`;
}

/** A Set-Cookie header that removes it. */
export function removedCookie(name: 'theme' | 'visit', { secure }: { secure: boolean }): string {
  return `${name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0${secure ? '; Secure' : ''}`;
}

/** The one value of a cookie, or null when it is absent or doubled. */
export function readCookie(header: string | undefined, name: CookieName): string | null {
  const values = cookieValues(header, name);
  return values.length === 1 ? (values[0] ?? null) : null;
}

/** The random id under which this browser's choice is stored. */
export function readVisitorId(header: string | undefined): string | null {
  const value = readCookie(header, 'choice');
  return value !== null && UUID.test(value) ? value : null;
}
