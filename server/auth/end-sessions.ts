import { recordAudit } from '../audit/record.ts';
import { DomainError } from '../errors.ts';
import { endViews, openViews } from '../support/end-views.ts';
import type { Context } from '../trpc/context.ts';
import { expiredCookie } from './cookies.ts';
import { lockAccount } from './lock-account.ts';
import { endOthersOf, endSession, type LiveSession } from './sessions.ts';

const cookiesOf = {
  portal: ['user', 'pending', 'recovery'],
  console: ['staff', 'pending', 'recovery', 'impersonation'],
} as const;

/** Signs out: the session ends at the server, its cookies and caches in the browser; choices stay. */
export async function signOut(ctx: Context, live: LiveSession): Promise<void> {
  await end(ctx, live, 'auth.signed_out', live.handle);
  for (const kind of cookiesOf[ctx.surface]) ctx.setCookie(expiredCookie(kind, ctx));
  ctx.setHeader('Clear-Site-Data', '"cache", "storage"');
}

/** @throws {DomainError} THIS_SESSION for the one in use, NOT_FOUND for one that is not the person's */
export async function endOneSession(
  ctx: Context,
  live: LiveSession,
  { handle }: { handle: string },
): Promise<void> {
  if (handle === live.handle) throw new DomainError('THIS_SESSION');
  await end(ctx, live, 'auth.session_ended', handle);
}

/** Ends all sessions but the one in use; returns how many. */
export async function endAllOthers(ctx: Context, live: LiveSession): Promise<{ ended: number }> {
  const { deps, now, requestId } = ctx;
  return deps.connection.db.transaction(async (tx) => {
    const ended = await endOthersOf(tx, live, now);
    await recordAudit(tx, deps.vault, {
      ...eventOf(live, requestId, now),
      action: 'auth.other_sessions_ended',
      details: { ended },
    });
    return { ended };
  });
}

async function end(
  ctx: Context,
  live: LiveSession,
  action: 'auth.signed_out' | 'auth.session_ended',
  handle: string,
): Promise<void> {
  const { deps, now, requestId } = ctx;
  await deps.connection.db.transaction(async (tx) => {
    // First, so that what the session is doing is written before its end or not at all.
    await lockAccount(tx, live.subjectId);
    if (!(await endSession(tx, { subjectId: live.subjectId, handle })))
      throw new DomainError('NOT_FOUND');
    await recordAudit(tx, deps.vault, { ...eventOf(live, requestId, now), action });
    if (live.staff)
      await endViews(tx, deps.vault, openViews.ofStaffSession(handle), {
        by: 'staff_session_ended',
        actor: {
          kind: 'staff',
          accountId: live.subjectId,
          label: live.staff.label,
          sessionHandle: live.handle,
        },
        publicUrl: deps.env.PUBLIC_URL,
        requestId,
        now,
      });
  });
}

function eventOf(live: LiveSession, requestId: string, now: Date) {
  return {
    actor: { kind: 'subject', subjectId: live.subjectId, sessionHandle: live.handle } as const,
    subjectId: live.subjectId,
    purpose: 'authenticate' as const,
    sections: ['security'] as const,
    requestId,
    now,
  };
}
