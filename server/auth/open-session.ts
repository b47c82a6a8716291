import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { connectionEvent, device } from '../../db/schema/devices.ts';
import { recordAudit } from '../audit/record.ts';
import { mergeVisitorChoice } from '../consent/merge.ts';
import { newId } from '../crypto/token.ts';
import { DomainError } from '../errors.ts';
import type { Context } from '../trpc/context.ts';
import { sessionCookie } from './cookies.ts';
import { rememberPlace } from './known-places.ts';
import { createSession, endSession } from './sessions.ts';

export type Opening = {
  subjectId: string;
  /** Handle of the attempt that it comes from; null where there was none. */
  attempt: string | null;
  /** What was proved, as it stands in the session. */
  methods: string[];
  /** A recovery code opens the account, but no act that asks for a second factor. */
  strong: boolean;
  /** The first factor was added by this very act. */
  enrolled?: boolean;
};

/**
 * Opens the session of somebody who has proved everything, and ends the attempt it comes from.
 * @throws {DomainError} ATTEMPT_ENDED when the attempt ended meanwhile
 */
export async function openSession(
  tx: Tx,
  ctx: Context,
  { subjectId, attempt, methods, strong, enrolled = false }: Opening,
): Promise<void> {
  const { deps, now, requestId, userAgentFamily, ipPrefix } = ctx;
  const kind = ctx.surface === 'portal' ? 'user' : 'staff';
  if (attempt !== null && !(await endSession(tx, { subjectId, handle: attempt })))
    throw new DomainError('ATTEMPT_ENDED');
  const { token, handle } = await createSession(tx, {
    vault: deps.vault,
    now,
    kind,
    subjectId,
    aal: 2,
    methods,
    aal2At: strong ? now : null,
    stepUpAt: enrolled ? now : null,
    userAgentFamily,
    ipPrefix,
  });
  await recordAudit(tx, deps.vault, {
    action: 'auth.signed_in',
    actor: { kind: 'subject', subjectId, sessionHandle: handle },
    subjectId,
    purpose: 'authenticate',
    sections: ['security'],
    requestId,
    details: { methods: methods.join(' ') },
    now,
  });
  await observe(tx, ctx, subjectId);
  await rememberPlace(tx, ctx, subjectId);
  if (kind === 'user') await mergeVisitorChoice(tx, ctx, { subjectId, sessionHandle: handle });
  ctx.setCookie(sessionCookie(kind, token, ctx));
}

/** What the sign-in shows of device and network, coarse from the start. */
async function observe(tx: Tx, ctx: Context, subjectId: string): Promise<void> {
  const { now, ipPrefix, userAgentFamily } = ctx;
  await tx.insert(connectionEvent).values({
    id: newId(now),
    subjectId,
    occurredAt: now,
    event: 'sign_in',
    ipPrefix,
    userAgentFamily,
  });
  const known = await tx
    .select({ id: device.id, family: device.family })
    .from(device)
    .where(eq(device.subjectId, subjectId));
  const same = known.find((row) => row.family === userAgentFamily);
  if (same) await tx.update(device).set({ lastSeenAt: now }).where(eq(device.id, same.id));
  else {
    await tx.insert(device).values({
      id: newId(now),
      subjectId,
      family: userAgentFamily,
      label: null,
      firstSeenAt: now,
      lastSeenAt: now,
    });
  }
}
