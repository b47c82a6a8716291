import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { withSubject } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { passwordCredential, session } from '../../db/schema/auth.ts';
import { factorRecovery } from '../../db/schema/factor-recovery.ts';
import { notice } from '../../db/schema/policy.ts';
import { dataSubjectRequest } from '../../db/schema/request.ts';
import { supportTicket } from '../../db/schema/support.ts';
import { maskedName } from '../account/masked.ts';
import { browserChoice } from '../consent/cookie-choice.ts';
import { CURRENT_POLICY_VERSION } from '../policy/version.ts';
import { stopOf } from '../requests/erasure/stopped.ts';
import type { Context } from '../trpc/context.ts';
import { isProtected, ownFactors } from './factors.ts';
import { owesPasskey } from './owes-passkey.ts';
import { recoveryCodesOf } from './recovery-codes.ts';
import { passkeyOnly } from './session-rules.ts';
import { type LiveSession, openSessionsOf } from './sessions.ts';

/** Where an attempt stands whose password was right, and what it goes on with. */
export async function attemptState(ctx: Context, live: LiveSession) {
  const only = passkeyOnly(ctx.deps.env, ctx.surface);
  const known = await isProtected(ctx.deps.connection.db, live.subjectId);
  return {
    factors: live.factors,
    emailVerified: live.emailVerified,
    /** No code opens this door, but the code of an app lets its person add their first passkey. */
    passkeyOnly: only,
    /** The first factor is to be added now. */
    enrolling: !known || owesPasskey(ctx, live),
  };
}

/** What the frame of every signed-in page shows; to support that views the account, of the name what the map lets staff see. */
export async function whoAmI(ctx: Context, live: LiveSession) {
  const { deps } = ctx;
  const { subjectId } = live;
  const found = await withSubject(deps.connection.db, subjectId, 'read', async (tx) => {
    const [key, [person], [asked], [unread], [recovery]] = await Promise.all([
      deps.vault.subjectKey(tx, subjectId),
      tx
        .select({ name: account.displayName, timeZone: account.timeZone, theme: account.theme })
        .from(account)
        .where(eq(account.subjectId, subjectId)),
      tx
        .select({
          reference: dataSubjectRequest.reference,
          subjectId: dataSubjectRequest.subjectId,
          kind: dataSubjectRequest.kind,
          state: dataSubjectRequest.state,
          receivedAt: dataSubjectRequest.receivedAt,
          executesAt: dataSubjectRequest.executesAt,
        })
        .from(dataSubjectRequest)
        .where(
          and(
            eq(dataSubjectRequest.subjectId, subjectId),
            eq(dataSubjectRequest.kind, 'erasure'),
            inArray(dataSubjectRequest.state, ['waiting', 'running']),
          ),
        ),
      tx
        .select({ count: sql<number>`count(*)::int` })
        .from(notice)
        .where(and(eq(notice.subjectId, subjectId), isNull(notice.readAt))),
      tx
        .select({ reference: supportTicket.reference })
        .from(factorRecovery)
        .innerJoin(supportTicket, eq(supportTicket.id, factorRecovery.ticketId))
        .where(and(eq(factorRecovery.subjectId, subjectId), isNull(factorRecovery.endedAt))),
    ]);
    // What is held is nothing that a view shows.
    const stop =
      asked && !live.grant ? await stopOf(tx, asked, { to: 'person', now: ctx.now }) : null;
    const deletion = asked && {
      reference: asked.reference,
      executesAt: asked.executesAt,
      /** A legal hold that the person knows of keeps it from its end. */
      stoppedSince: stop?.since ?? null,
    };
    return { key, person, deletion, unread, recovery };
  });
  const { key, person, deletion, unread, recovery } = found;
  const { restrictedUntil } = live;
  const name = person ? deps.vault.unseal(key, 'account.display_name', person.name) : '';
  return {
    /** Whose pages these are; what is asked for them is asked for nobody else. */
    accountId: live.grant ? null : subjectId,
    displayName: live.grant && name ? maskedName(name) : name,
    timeZone: person?.timeZone ?? 'UTC',
    theme: person?.theme ?? 'auto',
    role: live.role,
    status: live.status,
    deletion: deletion ?? null,
    /** Somebody asks for a new factor in place of lost ones. */
    recovery: (!live.grant && recovery) || null,
    restrictedUntil:
      !live.grant && restrictedUntil && restrictedUntil > ctx.now ? restrictedUntil : null,
    gpc: ctx.gpc,
    demo: deps.env.SHOW_DEMO,
    policyVersion: CURRENT_POLICY_VERSION,
    cookieChoice: await browserChoice(ctx),
    idleEndsAt: live.expiresAt,
    /** Nobody stays signed in beyond that, whatever they do. */
    lastEndsAt: live.absoluteExpiresAt,
    unreadNotices: live.grant ? 0 : (unread?.count ?? 0),
    signedInWithRecoveryCode: live.methods.includes('rc'),
    /** With what a step can be confirmed. */
    factors: live.grant ? { apps: 0, passkeys: 0 } : live.factors,
  };
}

/** Ways to sign in, recovery codes, password: times and names, no secrets. What no longer verifies is none. */
export async function securityState(ctx: Context, live: LiveSession) {
  const { deps } = ctx;
  const { vault } = deps;
  const { subjectId } = live;
  return withSubject(deps.connection.db, subjectId, 'read', async (tx) => {
    const [key, { apps, passkeys }, recoveryCodes, [password]] = await Promise.all([
      vault.subjectKey(tx, subjectId),
      ownFactors(tx, { vault, subjectId }),
      recoveryCodesOf(tx, { vault, subjectId }),
      tx
        .select({ changedAt: passwordCredential.changedAt })
        .from(passwordCredential)
        .where(eq(passwordCredential.subjectId, subjectId)),
    ]);
    return {
      passwordChangedAt: password?.changedAt ?? null,
      apps: apps.map(({ id, label, createdAt, lastUsedAt }) => ({
        id,
        name: vault.unseal(key, 'totp_factor.label', label),
        createdAt,
        lastUsedAt,
      })),
      passkeys: passkeys.map(({ id, label, createdAt, lastUsedAt, backedUp }) => ({
        id,
        name: vault.unseal(key, 'passkey.label', label),
        createdAt,
        lastUsedAt,
        /** On several devices of its person. */
        synced: backedUp,
      })),
      recoveryCodes,
    };
  });
}

/** Where the person is signed in. */
export async function openSessions(ctx: Context, live: LiveSession) {
  const { deps, now } = ctx;
  const rows = await withSubject(deps.connection.db, live.subjectId, 'read', (tx) =>
    tx
      .select()
      .from(session)
      .where(openSessionsOf(live.subjectId, now))
      .orderBy(desc(session.lastSeenAt)),
  );
  return rows.map((row) => ({
    handle: row.handle,
    device: row.userAgentFamily,
    network: row.ipPrefix,
    signedInAt: row.createdAt,
    lastSeenAt: row.lastSeenAt,
    methods: row.methods,
    current: row.handle === live.handle,
  }));
}
