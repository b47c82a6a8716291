import { and, eq, gt, ne } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import { mailToken, passwordCredential } from '../../db/schema/auth.ts';
import { signUp } from '../../db/schema/sign-up.ts';
import { openAccount } from '../account/open-account.ts';
import { recordAudit } from '../audit/record.ts';
import { sessionCookie } from '../auth/cookies.ts';
import { spendMailToken, usableToken } from '../auth/mail-token.ts';
import { assertAcceptablePassword, hashPassword } from '../auth/password.ts';
import { createSession } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { enqueue } from '../jobs/define.ts';
import { tellServices } from '../services/tell.ts';
import type { Context } from '../trpc/context.ts';
import { atThePortal } from './ask.ts';
import { lapseJob } from './lapse.ts';

type Asked = {
  subjectId: string;
  email: string;
  displayName: string;
  country: string;
};

/**
 * What a mailed link would open, for whoever reads the mailbox. Changes nothing.
 * @throws {DomainError} LINK_NOT_VALID
 */
export async function lookAtSignUp(
  ctx: Context,
  { token }: { token: string },
): Promise<Omit<Asked, 'subjectId'>> {
  atThePortal(ctx);
  const { email, displayName, country } = await linked(ctx.deps, token, ctx.now);
  return { email, displayName, country };
}

/**
 * The mailbox is proved and a password is chosen: now there is an account. It can do nothing yet but add a
 * second factor, in the attempt that this opens. Of any number of presses, and of any number of sign-ups for
 * one address, one opens it.
 * @throws {DomainError} LINK_NOT_VALID, EMAIL_NOT_AVAILABLE when the address got an account meanwhile, BUSY;
 *   and as `assertAcceptablePassword`, which uses nothing up
 */
export async function completeSignUp(
  ctx: Context,
  { token, password }: { token: string; password: string },
): Promise<void> {
  const { deps, now } = ctx;
  atThePortal(ctx);
  const { subjectId, email, displayName } = await linked(deps, token, now);
  assertAcceptablePassword(password, { email, name: displayName });
  const hash = await hashPassword(password);
  const cookie = await deps.connection.db.transaction(async (tx) => {
    // The row first, as whoever lets it lapse does; of two presses the second waits here, and finds none.
    const [asked] = await tx
      .select()
      .from(signUp)
      .where(and(eq(signUp.subjectId, subjectId), gt(signUp.expiresAt, now)))
      .for('update');
    const link = { vault: deps.vault, purpose: 'sign_up', token, now } as const;
    if (!asked || !(await spendMailToken(tx, link))) throw new DomainError('LINK_NOT_VALID');
    const opened = await openAccount(tx, deps.vault, {
      subjectId,
      key: await deps.vault.subjectKey(tx, subjectId),
      email,
      emailVerifiedAt: now,
      displayName,
      country: asked.country,
      language: 'en',
      timeZone: asked.timeZone,
      now,
    });
    if (!opened) throw new DomainError('EMAIL_NOT_AVAILABLE');
    await tx.delete(signUp).where(eq(signUp.subjectId, subjectId));
    await tx.insert(passwordCredential).values({ subjectId, hash, changedAt: now });
    const attempt = await createSession(tx, {
      vault: deps.vault,
      now,
      kind: 'pending',
      subjectId,
      aal: 1,
      methods: ['pwd'],
      aal2At: null,
      userAgentFamily: ctx.userAgentFamily,
      ipPrefix: ctx.ipPrefix,
    });
    await record(tx, ctx, { subjectId, sessionHandle: attempt.handle, asked: asked.requestedAt });
    await tellServices(tx, { subjectId, kind: 'account.provisioned', now });
    await endOthers(tx, { subjectId, emailIndex: asked.emailIndex, now });
    return sessionCookie('pending', attempt.token, ctx);
  });
  ctx.setCookie(cookie);
}

async function linked({ connection, vault }: Deps, token: string, now: Date): Promise<Asked> {
  const db: Db = connection.db;
  const [row] = await db
    .select({
      subjectId: signUp.subjectId,
      email: signUp.email,
      displayName: signUp.displayName,
      country: signUp.country,
    })
    .from(mailToken)
    .innerJoin(signUp, eq(signUp.subjectId, mailToken.subjectId))
    .where(and(usableToken({ vault, purpose: 'sign_up', token, now }), gt(signUp.expiresAt, now)));
  if (!row) throw new DomainError('LINK_NOT_VALID');
  const key = await vault.subjectKey(db, row.subjectId);
  return {
    subjectId: row.subjectId,
    email: vault.unseal(key, 'sign_up.email', row.email),
    displayName: vault.unseal(key, 'sign_up.display_name', row.displayName),
    country: row.country,
  };
}

async function record(
  tx: Tx,
  { deps, requestId, now }: Context,
  { subjectId, sessionHandle, asked }: { subjectId: string; sessionHandle: string; asked: Date },
): Promise<void> {
  await recordAudit(tx, deps.vault, {
    action: 'account.signed_up',
    actor: { kind: 'subject', subjectId, sessionHandle },
    subjectId,
    purpose: 'operate_account',
    sections: ['account', 'security'],
    requestId,
    details: { asked: asked.toISOString() },
    now,
  });
}

/**
 * Other sign-ups for the address have lost their point. They are taken away behind this: two that are
 * finished at once would wait for each other's rows.
 */
async function endOthers(
  tx: Tx,
  { subjectId, emailIndex, now }: { subjectId: string; emailIndex: string; now: Date },
): Promise<void> {
  const others = await tx
    .select({ subjectId: signUp.subjectId })
    .from(signUp)
    .where(and(eq(signUp.emailIndex, emailIndex), ne(signUp.subjectId, subjectId)));
  for (const other of others)
    await enqueue(tx, lapseJob, { payload: other, subjectId: other.subjectId, now });
}
