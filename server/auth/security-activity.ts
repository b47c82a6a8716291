import { and, desc, eq, inArray } from 'drizzle-orm';
import { type Tx, withSubject } from '../../db/connect.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { connectionEvent } from '../../db/schema/devices.ts';
import type { AuditAction } from '../audit/actions.ts';
import { detailsOf } from '../audit/read.ts';
import { isShownBy } from '../audit/shown.ts';
import type { Context } from '../trpc/context.ts';
import type { LiveSession } from './sessions.ts';

/** Shown of what this person, or who passes for them, did. */
const OWN_SHOWN = 15;
/** Shown of what anybody who knows the address can bring about, in whatever number. */
const STRANGE_SHOWN = 5;
const own: readonly AuditAction[] = [
  'auth.signed_in',
  'auth.signed_out',
  'auth.session_ended',
  'auth.other_sessions_ended',
  'auth.disowned',
  'auth.step_up',
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
  'auth.email_verified',
  'account.signed_up',
  'lost_factors.opened',
  'lost_factors.stopped',
  'lost_factors.completed',
  'account.email_change_asked',
  'account.email_changed',
  'account.email_change_undone',
];
const strange: readonly AuditAction[] = [
  'auth.sign_in_refused',
  'auth.password_check_closed',
  'auth.reset_asked',
  'account.sign_up_tried',
];

/** How connections are named that are sign-ins, by what is written here and by what came from elsewhere. */
const SIGN_INS = ['sign_in', 'portal sign-in'];

/**
 * The latest of what happened to how this person signs in; of a sign-in, from where, as long as that is kept.
 * What strangers can bring about has places of its own: they push no sign-in out of sight.
 */
export async function securityActivity(ctx: Context, live: LiveSession) {
  const { deps, now } = ctx;
  const { subjectId } = live;
  return withSubject(deps.connection.db, subjectId, 'read', async (tx) => {
    const [key, ...found] = await Promise.all([
      deps.vault.subjectKey(tx, subjectId),
      latest(tx, { subjectId, actions: own, count: OWN_SHOWN, now }),
      latest(tx, { subjectId, actions: strange, count: STRANGE_SHOWN, now }),
    ]);
    const rows = found.flat().sort((a, b) => b.occurredAt.getTime() - a.occurredAt.getTime());
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

function latest(
  tx: Tx,
  {
    subjectId,
    actions,
    count,
    now,
  }: { subjectId: string; actions: readonly AuditAction[]; count: number; now: Date },
) {
  return tx
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
        inArray(auditEvent.action, [...actions]),
        isShownBy(now),
      ),
    )
    .orderBy(desc(auditEvent.occurredAt))
    .limit(count);
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
