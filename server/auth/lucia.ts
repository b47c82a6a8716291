import { and, eq, sql } from 'drizzle-orm';
import { type Adapter, type DatabaseSession, Lucia, TimeSpan } from 'lucia';
import type { Db, Tx } from '../../db/connect.ts';
import { type AccountRole, type AccountStatus, account } from '../../db/schema/account.ts';
import { type SessionKind, session } from '../../db/schema/auth.ts';
import { factorRecovery } from '../../db/schema/factor-recovery.ts';
import { type impersonationGrant, staffMember } from '../../db/schema/staff.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Surface } from '../trpc/context.ts';
import { grantThatStands } from './grant-stands.ts';
import { idleEnd, limits, rolesOf, type SessionRow, sessionMac } from './session-rules.ts';

/** What is known of whose session it is, from the query that found it. */
export type UserFacts = {
  role: AccountRole;
  status: AccountStatus;
  emailVerified: boolean;
  /** Confirmed second factors, counted in the same query; never remembered. */
  factors: number;
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

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<{ row: SessionRow }, UserFacts>;
    DatabaseSessionAttributes: { row: SessionRow };
    DatabaseUserAttributes: UserFacts;
  }
}

type Reading = {
  db: Db | Tx;
  vault: Vault;
  kind: SessionKind;
  now: Date;
  surface: Surface;
  watching?: boolean;
};

/** One instance for each kind: a pending token can never validate as a user session. */
export function luciaOf(reading: Reading) {
  const { kind } = reading;
  return new Lucia(adapterOf(reading), {
    sessionExpiresIn: new TimeSpan(limits[kind].idleMinutes, 'm'),
    getSessionAttributes: ({ row }) => ({ row }),
    getUserAttributes: (attributes) => attributes,
  });
}

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
      factors: sql<number>`(select count(*)::int from totp_factor f where f.subject_id = ${session.subjectId} and f.confirmed_at is not null)`,
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

/**
 * lucia has no absolute lifetime, no kinds and its own clock: all three are this adapter's. Times are
 * shifted by `skew` on their way to lucia, so that `now` stays an argument.
 */
function adapterOf({ db, vault, kind, now, surface, watching = false }: Reading): Adapter {
  const skew = now.getTime() - Date.now();
  const toLucia = (date: Date) => new Date(date.getTime() - skew);
  /** The row that lucia is deciding about. */
  let read: SessionRow | null = null;
  return {
    async getSessionAndUser(id) {
      const [found] = await sessionQuery(db).execute({ id, kind });
      if (!found || !valid(found)) return [null, null];
      const { row, role, status, emailVerifiedAt, factors, restrictedUntil, staff } = found;
      const grant = await grantOf(row);
      if (kind === 'impersonation' && grant === null) return [null, null];
      read = row;
      return [
        { id, userId: row.subjectId, expiresAt: toLucia(row.expiresAt), attributes: { row } },
        {
          id: row.subjectId,
          attributes: {
            role,
            status,
            factors,
            restrictedUntil,
            emailVerified: emailVerifiedAt !== null,
            staff,
            grant,
          },
        },
      ];
    },
    async setSession(created: DatabaseSession) {
      await db.insert(session).values(created.attributes.row);
    },
    async updateSessionExpiration(id) {
      if (!read || watching) return;
      const row = { ...read, expiresAt: idleEnd(read, now) };
      if (row.expiresAt <= read.expiresAt) return;
      // Another call may have changed the row since it was read: then that one's MAC stands.
      await db
        .update(session)
        .set({ expiresAt: row.expiresAt, rowMac: sessionMac(vault, row) })
        .where(and(eq(session.id, id), eq(session.rowMac, read.rowMac)));
    },
    async deleteSession(id) {
      await db.delete(session).where(eq(session.id, id));
    },
    async deleteUserSessions(subjectId) {
      await db.delete(session).where(eq(session.subjectId, subjectId));
    },
    async getUserSessions() {
      return [];
    },
    async deleteExpiredSessions() {
      await db
        .delete(session)
        .where(sql`${session.absoluteExpiresAt} < ${now.toISOString()}::timestamptz`);
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
    staff: { disabledAt: Date | null } | null;
  }): boolean {
    return (
      row.expiresAt > now &&
      row.absoluteExpiresAt > now &&
      row.epoch === epoch &&
      status !== 'erasing' &&
      rolesOf[surface][kind].includes(role) &&
      (role === 'customer' || staff?.disabledAt === null) &&
      sessionMac(vault, row) === row.rowMac
    );
  }
}
