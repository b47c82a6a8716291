import { and, eq } from 'drizzle-orm';
import type { Db, Tx } from '../../../db/connect.ts';
import { account } from '../../../db/schema/account.ts';
import { ingestKey } from '../../../db/schema/usage.ts';
import { openAccount } from '../../account/open-account.ts';
import { recordAudit } from '../../audit/record.ts';
import { issueMailToken } from '../../auth/mail-token.ts';
import { canonicalJson } from '../../crypto/canonical.ts';
import { newId } from '../../crypto/token.ts';
import { DomainError } from '../../errors.ts';
import { queueMail } from '../../mail/queue.ts';
import type { OutputOf, ParsedOf } from '../contract/index.ts';
import { takeSubjects } from '../scopes.ts';
import { tellServices } from '../tell.ts';
import type { ServiceCall } from '../trpc.ts';

type Input = ParsedOf<'account.provision'>;
type Provisioned = OutputOf<'account.provision'>;

/**
 * Opens an account for a customer of another system, once for each of that system's keys, and mails the
 * way in. Of an address that has an account already the service learns that it cannot be had and no
 * more, and whose it is can read that it was tried.
 *
 * @throws {DomainError} EMAIL_NOT_AVAILABLE, KEY_HAS_OTHER_CONTENT
 */
export async function provision(call: ServiceCall, input: Input): Promise<Provisioned> {
  const { deps, scope, now } = call;
  const { db } = deps.connection;
  // Keyed: a plain hash of a name and an address can be guessed.
  const contentHash = deps.vault.rowMac('ingest_key', [canonicalJson(given(input))]);
  const before = await known(db, call, { key: input.key, contentHash });
  if (before) {
    await takeSubjects(db, scope, { subjectIds: [before.subjectId], now });
    await db.transaction((tx) => record(tx, call, before));
    return before;
  }
  await takeSubjects(db, scope, { subjectIds: [], strangers: 1, now });
  try {
    return await db.transaction((tx) => open(tx, call, { input, contentHash }));
  } catch (cause) {
    if (cause instanceof DomainError && cause.code === 'EMAIL_NOT_AVAILABLE')
      await recordTried(call, input.email);
    throw cause;
  }
}

const senderOf = ({ scope }: ServiceCall) => `${scope.serviceId}:${scope.procedure}`;

/** The account that this key opened before, or null. */
async function known(
  tx: Tx | Db,
  call: ServiceCall,
  { key, contentHash }: { key: string; contentHash: string },
): Promise<Provisioned | null> {
  const [row] = await tx
    .select({ subjectId: ingestKey.subjectId, contentHash: ingestKey.contentHash })
    .from(ingestKey)
    .where(and(eq(ingestKey.sender, senderOf(call)), eq(ingestKey.key, key)));
  if (!row) return null;
  if (row.contentHash !== contentHash) throw new DomainError('KEY_HAS_OTHER_CONTENT');
  return { subjectId: row.subjectId, created: false };
}

async function open(
  tx: Tx,
  call: ServiceCall,
  { input, contentHash }: { input: Input; contentHash: string },
): Promise<Provisioned> {
  const { deps, now } = call;
  const { vault, env } = deps;
  const { key, email, displayName, company } = input;
  const subjectId = newId(now);
  const [first] = await tx
    .insert(ingestKey)
    .values({ sender: senderOf(call), key, subjectId, contentHash, receivedAt: now })
    .onConflictDoNothing()
    .returning({ key: ingestKey.key });
  if (!first) {
    // The same call is being carried out beside this one, and has just been.
    const before = await known(tx, call, { key, contentHash });
    if (!before) throw new DomainError('BUSY', { retryAfterSeconds: 1 });
    await record(tx, call, before);
    return before;
  }
  const { country, region, language, timeZone = 'UTC' } = input;
  const opened = await openAccount(tx, vault, {
    subjectId,
    key: await vault.createSubjectKey(tx, subjectId, now),
    email,
    emailVerifiedAt: null,
    displayName,
    company: company ?? null,
    country,
    region: region ?? null,
    language,
    timeZone,
    now,
  });
  if (!opened) throw new DomainError('EMAIL_NOT_AVAILABLE');
  const { token, id } = await issueMailToken(tx, { vault, subjectId, purpose: 'welcome', now });
  await queueMail(tx, vault, {
    subjectId,
    template: 'account_opened',
    params: { link: `${env.PUBLIC_URL}/sign-in/reset#${token}` },
    dedupeKey: `account_opened:${id}`,
    now,
  });
  await tellServices(tx, { subjectId, kind: 'account.provisioned', now });
  const provisioned = { subjectId, created: true };
  const fields = Object.keys(given(input)).map((field) => `account.${field}`);
  await record(tx, call, provisioned, fields);
  return provisioned;
}

/** What came from the service, without what it left out. */
function given({ key: _key, ...fields }: Input): { [field: string]: string } {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, value]) =>
      value === undefined ? [] : [[field, value]],
    ),
  );
}

async function record(
  tx: Tx,
  { deps, scope, actor, requestId, now }: ServiceCall,
  { subjectId, created }: Provisioned,
  fields: readonly string[] = [],
): Promise<void> {
  await recordAudit(tx, deps.vault, {
    action: 'account.provisioned',
    actor,
    subjectId,
    purpose: scope.purpose,
    sections: ['account'],
    requestId,
    details: { procedure: scope.procedure, created, fields },
    now,
  });
}

/** Whose address it is can read that somebody tried to open an account with it. */
async function recordTried(
  { deps, scope, actor, requestId, now }: ServiceCall,
  email: string,
): Promise<void> {
  await deps.connection.db.transaction(async (tx) => {
    const [owner] = await tx
      .select({ subjectId: account.subjectId })
      .from(account)
      .where(eq(account.emailIndex, deps.vault.emailIndex(email)));
    if (!owner) return;
    await recordAudit(tx, deps.vault, {
      action: 'service.address_taken',
      actor,
      subjectId: owner.subjectId,
      purpose: scope.purpose,
      outcome: 'refused',
      sections: ['account'],
      requestId,
      now,
    });
  });
}
