import { and, eq, ne } from 'drizzle-orm';
import { z } from 'zod';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import type { Actor } from '../actor.ts';
import { notMeLink } from '../alarm/link.ts';
import { recordAudit } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { defineJob, enqueue, type JobDefinition } from '../jobs/define.ts';
import { queueMail } from '../mail/queue.ts';
import type { Context } from '../trpc/context.ts';
import { budgets, takePoint } from './limits.ts';

/** `closed`: the budget of wrong passwords is used up, and no more are looked at for a while. */
type Refused = {
  deps: Deps;
  subjectId: string;
  actor: Actor;
  closed: boolean;
  requestId: string;
  at: Date;
};

/**
 * Writes a refused password into the person's log. When no more are accepted it is mailed too, once a
 * day: whoever enters them must not fill the mailbox either.
 */
async function recordRefused(
  tx: Tx,
  { deps, subjectId, actor, closed, requestId, at }: Refused,
): Promise<void> {
  await recordAudit(tx, deps.vault, {
    action: closed ? 'auth.password_check_closed' : 'auth.sign_in_refused',
    actor,
    subjectId,
    purpose: closed ? 'platform_security' : 'authenticate',
    outcome: closed ? 'done' : 'refused',
    sections: ['security'],
    requestId,
    details: { factor: 'password' },
    now: at,
  });
  if (!closed) return;
  await queueMail(tx, deps.vault, {
    subjectId,
    template: 'password_check_closed',
    params: {
      minutes: budgets.passwordByAccount.seconds / 60,
      notMe: notMeLink(deps.env.PUBLIC_URL),
      most: budgets.passwordByAccountDay.points,
    },
    dedupeKey: `password_check_closed:${subjectId}:${at.toISOString().slice(0, 10)}`,
    now: at,
  });
}

const payload = z.strictObject({
  subjectId: z.uuid(),
  requestId: z.uuid(),
  closed: z.literal([0, 1]),
  at: z.iso.datetime(),
});
type Payload = z.infer<typeof payload>;

/** The record of a refused sign-in. An id that is nobody's leaves none. */
export const passwordRefusedJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'auth.password_refused',
  maxAttempts: 8,
  parse: (value) => payload.parse(value),
  async run({ deps, tx, payload: { subjectId, requestId, closed, at } }) {
    const [person] = await tx
      .select({ subjectId: account.subjectId })
      .from(account)
      .where(and(eq(account.subjectId, subjectId), ne(account.status, 'erasing')));
    const actor = { kind: 'system', job: 'auth' } as const;
    const refused = { deps, subjectId, actor, requestId, closed: closed === 1, at: new Date(at) };
    if (person) await recordRefused(tx, refused);
    return 'done';
  },
});

/**
 * Notes that a password was refused at sign-in: of an account and a quarter of an hour the first wrong
 * one and the closing of the check, so that a flood cannot fill the log. The record is written behind the
 * answer, which is the same work for an address that nobody has: then the subject is nobody's.
 */
export async function noteRefusedSignIn(
  ctx: Context,
  { subjectId, emailIndex, closed }: { subjectId: string; emailIndex: string; closed: boolean },
): Promise<void> {
  // Each door by itself: what is refused at one must not keep the other's from the log.
  if (!(await isFirst(ctx, { of: `${ctx.surface}|${emailIndex}`, closed }))) return;
  const { deps, requestId, now } = ctx;
  await deps.connection.db.transaction((tx) =>
    enqueue(tx, passwordRefusedJob, {
      payload: { subjectId, requestId, closed: closed ? 1 : 0, at: now.toISOString() },
      subjectId,
      now,
    }),
  );
}

/** The same for whoever is signed in and does not know the password. */
export async function recordRefusedChange(
  ctx: Context,
  {
    subjectId,
    sessionHandle,
    closed,
  }: { subjectId: string; sessionHandle: string; closed: boolean },
): Promise<void> {
  if (!(await isFirst(ctx, { of: `change|${subjectId}`, closed }))) return;
  const { deps, requestId, now: at } = ctx;
  const actor = { kind: 'subject', subjectId, sessionHandle } as const;
  await deps.connection.db.transaction((tx) =>
    recordRefused(tx, { deps, subjectId, actor, closed, requestId, at }),
  );
}

async function isFirst(
  { deps, now }: Context,
  { of, closed }: { of: string; closed: boolean },
): Promise<boolean> {
  const budget = closed ? budgets.passwordClosed : budgets.passwordRefused;
  return (await takePoint(deps, budget, of, now)) === null;
}
