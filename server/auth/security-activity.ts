import { and, desc, eq, inArray } from 'drizzle-orm';
import { type Tx, withSubject } from '../../db/connect.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { connectionEvent } from '../../db/schema/devices.ts';
import type { AuditAction } from '../audit/actions.ts';
import { detailsOf } from '../audit/read.ts';
import { isShownBy } from '../audit/shown.ts';
import type { Context } from '../trpc/context.ts';
import type { LiveSession } from './sessions.ts';

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
  'auth.factor_removed',
  'auth.factor_renamed',
  'auth.passkey_added',
  'auth.passkey_removed',
  'auth.passkey_suspected',
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

/** How connections are named that are sign-ins, by what is written here and by what came from elsewhere. */
const SIGN_INS = ['sign_in', 'portal sign-in'];

/**
 * The latest of what happened to how this person signs in; of a sign-in, from where, as long as that is kept.
 */
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
    const places = await placesOf(
      tx,
      subjectId,
      rows.filter(isSignIn).map(({ occurredAt }) => occurredAt),
    );
    return rows.map((row) => ({
      ...row,
      details: detailsOf(deps.vault, key, row),
      from: (isSignIn(row) && places.get(row.occurredAt.getTime())) || null,
    }));
  });
}

const isSignIn = ({ action }: { action: string }) => action === 'auth.signed_in';

/** Where somebody signed in from at these moments: a sign-in writes both in one transaction. */
async function placesOf(
  tx: Tx,
  subjectId: string,
  moments: readonly Date[],
): Promise<ReadonlyMap<number, { device: string; network: string }>> {
  if (moments.length === 0) return new Map();
  const rows = await tx
    .select()
    .from(connectionEvent)
    .where(
      and(
        eq(connectionEvent.subjectId, subjectId),
        inArray(connectionEvent.occurredAt, [...moments]),
        inArray(connectionEvent.event, SIGN_INS),
      ),
    );
  return new Map(
    rows.map(({ occurredAt, userAgentFamily, ipPrefix }) => [
      occurredAt.getTime(),
      { device: userAgentFamily, network: ipPrefix },
    ]),
  );
}
