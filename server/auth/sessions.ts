import { and, asc, eq, gt, ne, sql } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { type SessionKind, session } from '../../db/schema/auth.ts';
import { newToken } from '../crypto/token.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import type { Surface } from '../trpc/context.ts';
import { lockAccount } from './lock-account.ts';
import { luciaOf as coreOf } from './lucia.ts';
import {
  idleEnd,
  isAssured,
  limits,
  passkeyOnly,
  type SessionRow,
  sessionMac,
} from './session-rules.ts';
import type { UserFacts } from './session-store.ts';

/** A session that was checked against the database for this very call. */
export type LiveSession = Omit<SessionRow, 'rowMac'> & UserFacts;

const MINUTE_MS = 60_000;
const LAST_SEEN_MS = MINUTE_MS;
const MAX_SESSIONS = 10;

/**
 * The session behind a cookie's token, or null for anything that is not valid now: unknown, idle,
 * past its absolute end, of another kind, of another generation, altered in the database, of an account
 * that is being erased, or of one whose second factors no longer carry it. Extends an active session once half of its idle time is over.
 */
export async function readSession({
  deps,
  kind,
  token,
  now,
  surface = 'portal',
  watching = false,
}: {
  deps: Deps;
  kind: SessionKind;
  token: string | null;
  now: Date;
  surface?: Surface;
  /** Extends nothing: a page that only watches must not keep somebody signed in. */
  watching?: boolean;
}): Promise<LiveSession | null> {
  if (token === null) return null;
  const { connection, vault } = deps;
  const id = vault.hashToken('session', token);
  const core = coreOf({ db: connection.db, vault, kind, now, surface, watching });
  const { session: found, user } = await core.validateSession(id);
  if (!found || !user) return null;
  const { row } = found;
  if (!isAssured(row, user.factors, passkeyOnly(deps.env, surface))) return null;
  if (!watching && now.getTime() - row.lastSeenAt.getTime() > LAST_SEEN_MS) {
    await connection.db.update(session).set({ lastSeenAt: now }).where(eq(session.id, id));
  }
  const { rowMac: _mac, ...shown } = row;
  const { role, status, emailVerified, factors, restrictedUntil, staff, grant } = user;
  const expiresAt = found.fresh && !watching ? idleEnd(row, now) : row.expiresAt;
  const facts = { role, status, emailVerified, factors, restrictedUntil, staff, grant };
  return { ...shown, expiresAt, ...facts };
}

export type NewSession = Pick<
  SessionRow,
  'kind' | 'subjectId' | 'aal' | 'methods' | 'userAgentFamily' | 'ipPrefix'
> & {
  aal2At: Date | null;
  /** Of one that opens with its first factor: no code of it is asked for at once again. */
  stepUpAt?: Date | null;
  /** Of an impersonation: who looks, and under which grant. */
  actorId?: string;
  grantId?: string;
};

/**
 * Opens a session; the token goes into the cookie and nowhere else. Of one person, and of one member of
 * staff, at most ten stay open.
 */
export async function createSession(
  tx: Tx,
  { vault, now, ...input }: NewSession & { vault: Vault; now: Date },
): Promise<{ token: string; handle: string }> {
  const [owner] = await tx
    .select({ epoch: account.sessionEpoch })
    .from(account)
    .where(eq(account.subjectId, input.subjectId));
  const { idleMinutes, absoluteMinutes } = limits[input.kind];
  const handle = crypto.randomUUID();
  const token = await insertSession(tx, vault, now, {
    ...input,
    handle,
    actorId: input.actorId ?? null,
    grantId: input.grantId ?? null,
    failures: 0,
    createdAt: now,
    authAt: now,
    stepUpAt: input.stepUpAt ?? null,
    stepUpFor: null,
    lastSeenAt: now,
    expiresAt: new Date(now.getTime() + idleMinutes * MINUTE_MS),
    absoluteExpiresAt: new Date(now.getTime() + absoluteMinutes * MINUTE_MS),
    epoch: owner?.epoch ?? 0,
  });
  if (input.kind === 'user' || input.kind === 'staff')
    await endOldest(tx, { subjectId: input.subjectId, kind: input.kind });
  return { token, handle };
}

/** What may change when a session gets a new token. */
export type SessionChanges = Partial<
  Pick<SessionRow, 'stepUpAt' | 'stepUpFor' | 'epoch' | 'failures' | 'methods'>
>;

/**
 * Gives a session a new token; the old one ends in the same transaction (OWASP ASVS 5.0, 7.2.4). Of any
 * number of parallel calls one wins. Null when the session ended meanwhile, and for a row that was edited by hand:
 * its edit must not get a MAC of ours with the new token.
 */
export async function raiseSession(
  tx: Tx,
  {
    vault,
    now,
    sessionId,
    changes,
  }: {
    vault: Vault;
    now: Date;
    sessionId: string;
    changes: SessionChanges;
  },
): Promise<string | null> {
  const [old] = await tx.delete(session).where(eq(session.id, sessionId)).returning();
  if (!old || sessionMac(vault, old) !== old.rowMac) return null;
  return insertSession(tx, vault, now, { ...old, ...changes, lastSeenAt: now });
}

/**
 * Uses up the step-up given for one act, in the transaction of the act: if that is refused, nothing was
 * used. Of any number of parallel calls one wins; the others wait here for its end.
 * @returns false when it was used already or was for another act
 */
export async function spendStepUp(
  tx: Tx,
  {
    vault,
    sessionId,
    act,
  }: { vault: Vault; sessionId: string; act: NonNullable<SessionRow['stepUpFor']> },
): Promise<boolean> {
  const [row] = await tx.select().from(session).where(eq(session.id, sessionId)).for('update');
  if (row?.stepUpFor !== act || sessionMac(vault, row) !== row.rowMac) return false;
  const rowMac = sessionMac(vault, { ...row, stepUpFor: null });
  await tx.update(session).set({ stepUpFor: null, rowMac }).where(eq(session.id, sessionId));
  return true;
}

/** Ends one session of a subject by its handle. False when there was none. */
export async function endSession(
  tx: Tx,
  { subjectId, handle }: { subjectId: string; handle: string },
): Promise<boolean> {
  const ended = await tx
    .delete(session)
    .where(and(eq(session.subjectId, subjectId), eq(session.handle, handle)))
    .returning({ id: session.id });
  return ended.length > 0;
}

/**
 * Ends all sessions of a subject but one, and attempts with them. Two sessions that end each other at
 * once would wait for each other's rows: the account's row is their order.
 */
export async function endOtherSessions(
  tx: Tx,
  { subjectId, except }: { subjectId: string; except: string | null },
): Promise<void> {
  await lockAccount(tx, subjectId);
  await tx
    .delete(session)
    .where(and(eq(session.subjectId, subjectId), except ? ne(session.handle, except) : undefined));
}

/**
 * The same by its person, who is told how many it were in which somebody was signed in: what had timed out,
 * or got no further than the password, is none.
 */
export async function endOthersOf(
  tx: Tx,
  live: Pick<LiveSession, 'subjectId' | 'handle' | 'kind'>,
  now: Date,
): Promise<number> {
  const { subjectId, handle, kind } = live;
  await lockAccount(tx, subjectId);
  const open = await tx.$count(
    session,
    and(openSessionsOf(subjectId, now, kind), ne(session.handle, handle)),
  );
  await endOtherSessions(tx, { subjectId, except: handle });
  return open;
}

/**
 * That a session which was found when a call began has not ended since; asked behind the lock of its account.
 * @throws {DomainError} SIGNED_OUT
 */
export async function assertSessionStands(
  tx: Tx,
  { id, epoch }: Pick<LiveSession, 'id' | 'epoch'>,
): Promise<void> {
  const [row] = await tx
    .select({ epoch: account.sessionEpoch })
    .from(session)
    .innerJoin(account, eq(account.subjectId, session.subjectId))
    .where(eq(session.id, id));
  if (row?.epoch !== epoch) throw new DomainError('SIGNED_OUT');
}

/** Of the sessions of a person, those in which somebody is signed in at that moment: not timed out, not ended with all others. */
export function openSessionsOf(subjectId: string, now: Date, kind: SessionKind = 'user') {
  return and(
    eq(session.subjectId, subjectId),
    eq(session.kind, kind),
    gt(session.expiresAt, now),
    gt(session.absoluteExpiresAt, now),
    sql`${session.epoch} = (select ${account.sessionEpoch} from ${account} where ${account.subjectId} = ${session.subjectId})`,
  );
}

async function insertSession(
  tx: Tx,
  vault: Vault,
  now: Date,
  row: Omit<SessionRow, 'id' | 'rowMac'>,
): Promise<string> {
  const token = newToken();
  const id = vault.hashToken('session', token);
  const complete = { ...row, id };
  const core = coreOf({ db: tx, vault, kind: row.kind, now, surface: 'portal' });
  await core.createSession(
    row.subjectId,
    { row: { ...complete, rowMac: sessionMac(vault, complete) } },
    { sessionId: id },
  );
  return token;
}

async function endOldest(
  tx: Tx,
  { subjectId, kind }: { subjectId: string; kind: SessionKind },
): Promise<void> {
  const open = await tx
    .select({ id: session.id })
    .from(session)
    .where(and(eq(session.subjectId, subjectId), eq(session.kind, kind)))
    .orderBy(asc(session.lastSeenAt));
  for (const { id } of open.slice(0, Math.max(0, open.length - MAX_SESSIONS))) {
    await tx.delete(session).where(eq(session.id, id));
  }
}

/**
 * Whether a session that was read before still stands. Extends nothing: a page that only watches must
 * not keep somebody signed in.
 */
export async function sessionStands(
  db: Pick<Db, 'execute'>,
  { handle, now }: { handle: string; now: Date },
): Promise<boolean> {
  const at = now.toISOString();
  const rows = await db.execute(sql`
    select 1 from session s join account a on a.subject_id = s.subject_id
    where s.handle = ${handle}::uuid and s.kind = 'user' and s.expires_at > ${at}::timestamptz
      and s.absolute_expires_at > ${at}::timestamptz and s.epoch = a.session_epoch and a.status <> 'erasing'`);
  return rows.length > 0;
}
