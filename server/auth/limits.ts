import RateLimiterRes from 'rate-limiter-flexible/lib/RateLimiterRes.js';
import type { Db, Tx } from '../../db/connect.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { RowLimiter } from './limit-store.ts';

type Budget = { name: string; points: number; seconds: number };

const PASSWORD_WINDOW = { seconds: 900 };

/** Starting numbers; each counts calls, not HTTP requests, and is shared by all processes. */
export const budgets = {
  /** Of an account; looked at are no more from places in which its person never signed in. */
  passwordByAccount: { name: 'password-account', points: 10, ...PASSWORD_WINDOW },
  /** Of an account, from one browser or network that its person has signed in from. */
  /** The same over a day, of those that were looked at: slower than the other, and nobody waits longer. */
  passwordByAccountDay: { name: 'password-account-day', points: 30, seconds: 86_400 },
  passwordByPlace: { name: 'password-place', points: 10, ...PASSWORD_WINDOW },
  /** Events in the log of an account about wrong passwords, and about the end of the budget. */
  passwordRefused: { name: 'password-refused', points: 1, ...PASSWORD_WINDOW },
  passwordClosed: { name: 'password-closed', points: 1, ...PASSWORD_WINDOW },
  /** Wrong ones from one network, of whatever accounts. */
  passwordByNetwork: { name: 'password-network', points: 30, seconds: 300 },
  /** Addresses for which several wrong passwords were entered in a day, of all there are; more are told to officers. */
  addressesTried: { name: 'addresses-tried', points: 100, seconds: 86_400 },
  addressesTriedTold: { name: 'addresses-tried-told', points: 1, seconds: 86_400 },
  /** Calls of nobody who is signed in, by what they cost; the setting `ANONYMOUS_CALLS` says how many. */
  anonymousByNetwork: { name: 'anonymous-network', points: 300, seconds: 60 },
  mailByAddress: { name: 'mail-address', points: 5, seconds: 3_600 },
  mailByNetwork: { name: 'mail-network', points: 20, seconds: 3_600 },
  /** New accounts that are asked for from one network. */
  signUpByNetwork: { name: 'sign-up-network', points: 20, seconds: 3_600 },
  searchByAccount: { name: 'search-account', points: 60, seconds: 60 },
  lookUpByAgent: { name: 'look-up-agent', points: 30, seconds: 3_600 },
  /** Cases that one member of staff may open to read. */
  caseByStaff: { name: 'case-staff', points: 60, seconds: 3_600 },
  /** Cases that one member of support may open for customers. */
  caseForByAgent: { name: 'case-for-agent', points: 20, seconds: 86_400 },
  /** Copies and deletions that one member of support may ask for, for customers. */
  askForByAgent: { name: 'ask-for-agent', points: 10, seconds: 3_600 },
  /** Customers that one officer may look for. */
  findByOfficer: { name: 'find-officer', points: 60, seconds: 3_600 },
  /** Accounts that one member of support may open in a day. */
  viewByAgent: { name: 'view-agent', points: 20, seconds: 86_400 },
  /** New cases of one customer in a day. */
  caseByCustomer: { name: 'case-customer', points: 10, seconds: 86_400 },
  /** Alarms of one customer, each with a second factor: what needs none must not use them up. */
  alarmByCustomer: { name: 'alarm-customer', points: 10, seconds: 86_400 },
  /** Letters to officers about a budget of a member of staff that is used up. */
  staffLimitTold: { name: 'staff-limit-told', points: 1, seconds: 86_400 },
  /** Answers of one service to one task that are refused for one reason and stand in its person's log. */
  answerRefused: { name: 'answer-refused', points: 5, seconds: 3_600 },
  /** Presses of the links by which one account stops messages; each topic is off after its first. */
  unsubscribeByAccount: { name: 'unsubscribe-account', points: 20, seconds: 60 },
  receiptByNetwork: { name: 'receipt-network', points: 30, seconds: 300 },
} as const satisfies Record<string, Budget>;

/** `over`: more were taken than the budget has. The rest is how many, and until when it counts. */
type Taken = { over: boolean; points: number; seconds: number; endsAt: Date };
type Taking = {
  of: string;
  now: Date;
  /** When a count that begins now ends, where it is not the budget's own time. */
  endsAt?: Date;
  /** How many points it costs; one, unless told otherwise. */
  cost?: number;
};

/** Takes from a budget by one upsert. What is limited stands in the table as a keyed hash. */
export async function take(
  { connection, vault }: Deps,
  budget: Budget,
  taking: Taking,
): Promise<Taken> {
  return takeIn(connection.db, vault, budget, taking);
}

/** The same in a transaction that commits whatever comes of it. */
export async function takeIn(
  tx: Tx | Db,
  vault: Vault,
  budget: Budget,
  { of, now, endsAt, cost = 1 }: Taking,
): Promise<Taken> {
  const { consumedPoints, msBeforeNext } = await new RowLimiter(budget)
    .consume(keyOf(vault, budget, of), cost, { tx, now, endsAt })
    .catch((cause: unknown) => {
      // Over its points, the library rejects with the same figures.
      if (cause instanceof RateLimiterRes) return cause;
      throw cause;
    });
  return {
    over: consumedPoints > budget.points,
    points: consumedPoints,
    seconds: Math.max(1, Math.ceil(msBeforeNext / 1_000)),
    endsAt: new Date(now.getTime() + msBeforeNext),
  };
}

/**
 * Takes one point from a budget.
 * @returns seconds until a point is free, or null when one was taken
 */
export async function takePoint(
  deps: Deps,
  budget: Budget,
  of: string,
  now: Date,
): Promise<number | null> {
  const { over, seconds } = await take(deps, budget, { of, now });
  return over ? seconds : null;
}

/**
 * Takes one of the letters that anybody can have sent to an address, of whatever kind.
 * @param emailIndex of the address
 */
export async function mayMail(deps: Deps, emailIndex: string, now: Date): Promise<boolean> {
  return (await takePoint(deps, budgets.mailByAddress, `anybody|${emailIndex}`, now)) === null;
}

/** Gives a point back: what took it was no failure. A count that comes to nothing begins with the next. */
export async function returnPoint(
  deps: Deps,
  budget: Budget,
  of: string,
  now: Date,
): Promise<void> {
  const { connection, vault } = deps;
  await new RowLimiter(budget).reward(keyOf(vault, budget, of), 1, { tx: connection.db, now });
}

/** @throws {DomainError} TOO_MANY_ATTEMPTS with the seconds to wait */
export async function assertPoint(
  deps: Deps,
  budget: Budget,
  of: string,
  now: Date,
  cost = 1,
): Promise<void> {
  const { over, seconds } = await take(deps, budget, { of, now, cost });
  if (over) throw new DomainError('TOO_MANY_ATTEMPTS', { retryAfterSeconds: seconds });
}

/** How many points of a budget are taken at the moment. */
export async function takenOf(
  { connection, vault }: Deps,
  budget: Budget,
  of: string,
  now: Date,
): Promise<number> {
  const counted = await new RowLimiter(budget).get(keyOf(vault, budget, of), {
    tx: connection.db,
    now,
  });
  return counted?.consumedPoints ?? 0;
}

function keyOf(vault: Vault, { name }: Budget, of: string): string {
  return vault.hashToken('rate_limit', `${name}|${of}`);
}
