import { and, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { impersonationGrant } from '../../db/schema/staff.ts';
import { newId } from '../crypto/token.ts';
import { defineJob } from '../jobs/define.ts';
import { endViews } from './end-views.ts';

const payload = z.object({ grantId: z.uuid() });

/** Writes down that a view's time is over, and tells the customer; the view itself ended by the clock. */
export const closeViewJob = defineJob({
  kind: 'support.close_view',
  maxAttempts: 20,
  parse: (raw) => payload.parse(raw),
  async run({ deps, tx, payload: { grantId }, now }) {
    const which = eq(impersonationGrant.id, grantId);
    const [open] = await tx
      .select({ notAfter: impersonationGrant.notAfter })
      .from(impersonationGrant)
      .where(and(which, isNull(impersonationGrant.endedAt)));
    if (!open) return 'done';
    // More time was given.
    if (open.notAfter > now) return { runAt: open.notAfter };
    await endViews(tx, deps.vault, which, {
      by: 'time',
      actor: { kind: 'system', job: 'support.close_view' },
      publicUrl: deps.env.PUBLIC_URL,
      requestId: newId(now),
      now,
    });
    return 'done';
  },
});
