import { and, eq, lte, or, sql } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import { type AccountRole, type AccountStatus, account } from '../../db/schema/account.ts';
import { type SessionKind, session } from '../../db/schema/auth.ts';
import { factorRecovery } from '../../db/schema/factor-recovery.ts';
import { type impersonationGrant, staffMember } from '../../db/schema/staff.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Surface } from '../trpc/context.ts';
import { countRows, factorRows, type Strong } from './factors.ts';
import { grantThatStands } from './grant-stands.ts';
import { idleEnd, rolesOf, type SessionRow, sessionMac } from './session-rules.ts';
import { isStaff } from './staff-mac.ts';

/** What is known of whose session it is, from the query that found it. */
export type UserFacts = {
  role: AccountRole;
  status: AccountStatus;
  emailVerified: boolean;
  /** Second factors that verify, from their rows in the same query; never remembered. */
  factors: Strong;
  /** After a recovery of lost factors: until when nothing can be carried away. */
  restrictedUntil: Date | null;
  /** What makes the account one of staff; null for customers. */
  staff: Pick<
    typeof staffMember.$inferSelect,
    'label' | 'disabledAt' | 'trainingValidUntil' | 'confidentialityValidUntil'
  > | null;
  /** The leave under which an impersonation session stands; null for every other kind. */
  grant: typeof impersonationGrant.$inferSelect | null;
};

export type Reading = {
  db: Db | Tx;
  vault: Vault;
  kind: SessionKind;
  now: Date;
  surface: Surface;
  watching?: boolean;
};

/**
 * What keeps sessions: whether one is valid, which extends it once half of its idle time is over, and a new one.
 * `lucia.ts` and `session-core.ts` are two of them, and either will do.
 */
export type SessionCore = {
  validateSession(
    id: string,
  ): Promise<
    | { session: { row: SessionRow; fresh: boolean }; user: UserFacts }
    | { session: null; user: null }
  >;
  createSession(
    subjectId: string,
    attributes: { row: SessionRow },
    options: { sessionId: string },
  ): Promise<unknown>;
};

/** The session with whose it is, written once for each pool: every call of everybody asks it. */
function sessionQuery(db: Db | Tx): ReturnType<typeof prepareSessionQuery> {
  const known = queries.get(db);
  if (known) return known;
  const made = prepareSessionQuery(db);
  queries.set(db, made);
  return made;
}

const queries = new WeakMap<Db | Tx, ReturnType<typeof prepareSessionQuery>>();

function prepareSessionQuery(db: Db | Tx) {
  return db
    .select({
      row: session,
      role: account.role,
      status: account.status,
      epoch: account.sessionEpoch,
      emailVerifiedAt: account.emailVerifiedAt,
      staff: staffMember,
      factors: factorRows(session.subjectId),
      restrictedUntil:
        sql<Date | null>`(select max(r.restricted_until) from factor_recovery r where r.subject_id = ${session.subjectId})`.mapWith(
          factorRecovery.restrictedUntil,
        ),
    })
    .from(session)
    .innerJoin(account, eq(account.subjectId, session.subjectId))
    .leftJoin(staffMember, eq(staffMember.accountId, session.subjectId))
    .where(and(eq(session.id, sql.placeholder('id')), eq(session.kind, sql.placeholder('kind'))))
    .prepare('session');
}

/** The rows of sessions of one kind, as a core reads and writes them: every rule about them is here. */
export function storeOf({ db, vault, kind, now, surface, watching = false }: Reading) {
  return {
    /**
     * The session of this id with whose it is, if everything holds at this moment. One whose time is over is
     * deleted on sight: a clock that is put back must not bring it to life again.
     */
    async find(id: string): Promise<{ row: SessionRow; user: UserFacts } | null> {
      const [found] = await sessionQuery(db).execute({ id, kind });
      if (!found) return null;
      const { row, role, status, emailVerifiedAt, restrictedUntil, staff } = found;
      if (row.expiresAt <= now || row.absoluteExpiresAt <= now) {
        // Another call may have extended it since it was read.
        await db
          .delete(session)
          .where(
            and(
              eq(session.id, id),
              or(lte(session.expiresAt, now), lte(session.absoluteExpiresAt, now)),
            ),
          );
        return null;
      }
      if (!valid(found)) return null;
      const grant = await grantOf(row);
      if (kind === 'impersonation' && grant === null) return null;
      const emailVerified = emailVerifiedAt !== null;
      const factors = countRows(vault, found.factors);
      return { row, user: { role, status, factors, restrictedUntil, emailVerified, staff, grant } };
    },
    async insert(row: SessionRow): Promise<void> {
      await db.insert(session).values(row);
    },
    /** Gives a session that was found its idle time anew, never beyond its absolute end. */
    async extend(found: SessionRow): Promise<void> {
      if (watching) return;
      const row = { ...found, expiresAt: idleEnd(found, now) };
      if (row.expiresAt <= found.expiresAt) return;
      // Another call may have changed the row since it was read: then that one's MAC stands.
      await db
        .update(session)
        .set({ expiresAt: row.expiresAt, rowMac: sessionMac(vault, row) })
        .where(and(eq(session.id, found.id), eq(session.rowMac, found.rowMac)));
    },
    async remove(id: string): Promise<void> {
      await db.delete(session).where(eq(session.id, id));
    },
  };

  async function grantOf({ grantId, subjectId, actorId }: SessionRow) {
    if (kind !== 'impersonation' || grantId === null || actorId === null) return null;
    return grantThatStands(db, { vault, grantId, subjectId, actorId, now });
  }

  function valid({
    row,
    role,
    status,
    epoch,
    staff,
  }: {
    row: SessionRow;
    role: AccountRole;
    status: AccountStatus;
    epoch: number;
    staff: typeof staffMember.$inferSelect | null;
  }): boolean {
    return (
      row.epoch === epoch &&
      status !== 'erasing' &&
      rolesOf[surface][kind].includes(role) &&
      (role === 'customer' || isStaff(vault, role, staff)) &&
      sessionMac(vault, row) === row.rowMac
    );
  }
}
