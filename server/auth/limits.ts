import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';

type Budget = { name: string; points: number; seconds: number };

const PASSWORD_WINDOW = { seconds: 900 };

/** Starting numbers; each counts calls, not HTTP requests, and is shared by all processes. */
export const budgets = {
  /** Of an account; looked at are no more from places in which its person never signed in. */
  passwordByAccount: { name: 'password-account', points: 10, ...PASSWORD_WINDOW },
  /** Of an account, from one browser or network that its person has signed in from. */
  passwordByPlace: { name: 'password-place', points: 10, ...PASSWORD_WINDOW },
  /** Events in the log of an account about wrong passwords, and about the end of the budget. */
  passwordRefused: { name: 'password-refused', points: 1, ...PASSWORD_WINDOW },
  passwordClosed: { name: 'password-closed', points: 1, ...PASSWORD_WINDOW },
  passwordByNetwork: { name: 'password-network', points: 60, seconds: 300 },
  mailByAddress: { name: 'mail-address', points: 5, seconds: 3_600 },
  mailByNetwork: { name: 'mail-network', points: 40, seconds: 3_600 },
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
  /** Letters to officers about a budget of a member of staff that is used up. */
  staffLimitTold: { name: 'staff-limit-told', points: 1, seconds: 86_400 },
  /** Answers of one service to one task that are refused for one reason and stand in its person's log. */
  answerRefused: { name: 'answer-refused', points: 5, seconds: 3_600 },
  receiptByNetwork: { name: 'receipt-network', points: 30, seconds: 300 },
} as const satisfies Record<string, Budget>;

/** `over`: more were taken than the budget has. The rest is until when it counts. */
type Taken = { over: boolean; seconds: number; endsAt: Date };

/**
 * Takes one point from a budget by one upsert. What is limited stands in the table as a keyed hash.
 * @param endsAt when a count that begins now ends, where it is not the budget's own time
 */
export async function take(
  { connection, vault }: Deps,
  budget: Budget,
  taken: { of: string; now: Date; endsAt?: Date },
): Promise<Taken> {
  return takeIn(connection.db, vault, budget, taken);
}

/** The same in a transaction that commits whatever comes of it. */
export async function takeIn(
  tx: Tx | Db,
  vault: Vault,
  budget: Budget,
  { of, now, endsAt }: { of: string; now: Date; endsAt?: Date },
): Promise<Taken> {
  const key = keyOf(vault, budget, of);
  const at = now.toISOString();
  const end = (endsAt ?? new Date(now.getTime() + budget.seconds * 1_000)).toISOString();
  const [row] = await tx.execute<{ points: number; expires_at: string }>(sql`
    insert into rate_limit as r (key, points, expires_at) values (${key}, 1, ${end}::timestamptz)
    on conflict (key) do update set
      points = case when r.expires_at <= ${at}::timestamptz then 1 else r.points + 1 end,
      expires_at = case when r.expires_at <= ${at}::timestamptz or r.points = 0 then excluded.expires_at else r.expires_at end
    returning points, expires_at`);
  if (!row) throw new Error('a count that was not written');
  const ends = new Date(row.expires_at);
  const seconds = Math.max(1, Math.ceil((ends.getTime() - now.getTime()) / 1_000));
  return { over: row.points > budget.points, seconds, endsAt: ends };
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

/** Gives a point back: what took it was no failure. A count that comes to nothing begins with the next. */
export async function returnPoint(
  deps: Deps,
  budget: Budget,
  of: string,
  now: Date,
): Promise<void> {
  const key = keyOf(deps.vault, budget, of);
  await deps.connection.db.execute(sql`
    update rate_limit set points = points - 1
    where key = ${key} and points > 0 and expires_at > ${now.toISOString()}::timestamptz`);
}

/** @throws {DomainError} TOO_MANY_ATTEMPTS with the seconds to wait */
export async function assertPoint(
  deps: Deps,
  budget: Budget,
  of: string,
  now: Date,
): Promise<void> {
  const seconds = await takePoint(deps, budget, of, now);
  if (seconds !== null) throw new DomainError('TOO_MANY_ATTEMPTS', { retryAfterSeconds: seconds });
}

function keyOf(vault: Vault, { name }: Budget, of: string): string {
  return vault.hashToken('rate_limit', `${name}|${of}`);
}
