import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { withSubject } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { passwordCredential, recoveryCode, session, totpFactor } from '../../db/schema/auth.ts';
import { factorRecovery } from '../../db/schema/factor-recovery.ts';
import { notice } from '../../db/schema/policy.ts';
import { dataSubjectRequest } from '../../db/schema/request.ts';
import { supportTicket } from '../../db/schema/support.ts';
import { maskedName } from '../account/masked.ts';
import type { AuditAction } from '../audit/actions.ts';
import { detailsOf } from '../audit/read.ts';
import { isShownBy } from '../audit/shown.ts';
import { browserChoice } from '../consent/cookie-choice.ts';
import { CURRENT_POLICY_VERSION } from '../policy/version.ts';
import { stopOf } from '../requests/erasure/stopped.ts';
import type { Context } from '../trpc/context.ts';
import { type LiveSession, openSessionsOf } from './sessions.ts';

const ACTIVITY_SHOWN = 20;
const activity: readonly AuditAction[] = [
  'auth.signed_in',
  'auth.sign_in_refused',
  'auth.signed_out',
  'auth.session_ended',
  'auth.other_sessions_ended',
  'auth.disowned',
  'auth.step_up',
  'auth.password_check_closed',
  'auth.code_check_closed',
  'auth.factor_added',
  'auth.recovery_code_used',
  'auth.recovery_codes_made',
  'auth.password_changed',
  'auth.reset_asked',
  'auth.email_verified',
  'account.signed_up',
  'account.sign_up_tried',
  'lost_factors.opened',
  'lost_factors.stopped',
  'lost_factors.completed',
  'account.email_change_asked',
  'account.email_changed',
  'account.email_change_undone',
];

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
    id: subjectId,
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
  };
}

/** Ways to sign in, recovery codes, password: times and names, no secrets. */
export async function securityState(ctx: Context, live: LiveSession) {
  const { deps } = ctx;
  const { subjectId } = live;
  return withSubject(deps.connection.db, subjectId, 'read', async (tx) => {
    const key = await deps.vault.subjectKey(tx, subjectId);
    const [factors, codes, [password]] = await Promise.all([
      tx.select().from(totpFactor).where(eq(totpFactor.subjectId, subjectId)),
      tx
        .select({ usedAt: recoveryCode.usedAt, createdAt: recoveryCode.createdAt })
        .from(recoveryCode)
        .where(eq(recoveryCode.subjectId, subjectId)),
      tx
        .select({ changedAt: passwordCredential.changedAt })
        .from(passwordCredential)
        .where(eq(passwordCredential.subjectId, subjectId)),
    ]);
    return {
      passwordChangedAt: password?.changedAt ?? null,
      factors: factors
        .filter((factor) => factor.confirmedAt !== null)
        .map((factor) => ({
          id: factor.id,
          label: deps.vault.unseal(key, 'totp_factor.label', factor.label),
          createdAt: factor.createdAt,
          lastUsedAt: factor.lastUsedAt,
        })),
      recoveryCodes: {
        left: codes.filter((code) => code.usedAt === null).length,
        total: codes.length,
        madeAt: codes[0]?.createdAt ?? null,
      },
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
    withRecoveryCode: row.methods.includes('rc'),
    current: row.handle === live.handle,
  }));
}

/** The latest events of sign-in and security, from the audit log. */
export async function securityActivity(ctx: Context, live: LiveSession) {
  const { deps, now } = ctx;
  const { subjectId } = live;
  return withSubject(deps.connection.db, subjectId, 'read', async (tx) => {
    const [key, rows] = await Promise.all([
      deps.vault.subjectKey(tx, subjectId),
      tx
        .select({
          id: auditEvent.id,
          action: auditEvent.action,
          outcome: auditEvent.outcome,
          occurredAt: auditEvent.occurredAt,
          details: auditEvent.details,
        })
        .from(auditEvent)
        .where(
          and(
            eq(auditEvent.subjectId, subjectId),
            inArray(auditEvent.action, [...activity]),
            isShownBy(now),
          ),
        )
        .orderBy(desc(auditEvent.occurredAt))
        .limit(ACTIVITY_SHOWN),
    ]);
    return rows.map((row) => ({ ...row, details: detailsOf(deps.vault, key, row) }));
  });
}
