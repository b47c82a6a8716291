import { rmSync } from 'node:fs';
import { eq } from 'drizzle-orm';
import { onTestFinished } from 'vitest';
import { type Connection, withSubject } from '../../../db/connect.ts';
import { planErasure } from '../../../db/data-map/erasure-plan.ts';
import { account } from '../../../db/schema/account.ts';
import { session } from '../../../db/schema/auth.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { canonicalJson } from '../../crypto/canonical.ts';
import { newCode, newId, normaliseCode } from '../../crypto/token.ts';
import type { Deps } from '../../deps.ts';
import { testDeps } from '../../testing/deps.ts';
import { type FilledPerson, fillPerson } from '../../testing/fill.ts';
import { cancelErasure } from './cancel.ts';
import { confirmErasure } from './confirm.ts';
import { ownershipEdges } from './organisations.ts';
import { planHash } from './plan-hash.ts';
import { previewErasure } from './preview.ts';
import { runErasure } from './run.ts';

/** The moment of these tests. */
export const now = new Date();
const publicUrl = 'https://privacy.example.test';

/** What a process has, and the folder of its files, which goes with the test. */
export function world(connection: Connection): { deps: Deps; dir: string } {
  const deps = testDeps(connection, { clock: () => now });
  const dir = deps.env.DATA_DIR;
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return { deps, dir };
}

/** A person with a row in every table and a session, and what a process has. */
export async function signedInWorld(
  connection: Connection,
): Promise<{ deps: Deps; ada: FilledPerson; handle: string }> {
  const { deps } = world(connection);
  const ada = await fillPerson(connection.db, deps.vault, { tag: 'ada', now });
  await connection.db.delete(dataSubjectRequest);
  const [own] = await connection.db
    .select()
    .from(session)
    .where(eq(session.subjectId, ada.subjectId));
  if (!own) throw new Error('no session');
  return { deps, ada, handle: own.handle };
}

/** The preview as the person gets it. */
export async function preview(
  { connection: { db }, vault }: Deps,
  { subjectId }: Pick<FilledPerson, 'subjectId'>,
) {
  const organisations = await ownershipEdges(db, subjectId);
  return withSubject(db, subjectId, 'read', (tx) =>
    previewErasure(tx, vault, { organisations, subjectId, now, initialGrace: 7 }),
  );
}

type Asked = { planHash: string; email?: string; graceDays?: number; sessionHandle: string };
/** Confirms as the person, whose address is typed unless another is. */
export function confirm(
  deps: Deps,
  { subjectId, email: own }: FilledPerson,
  { planHash, email = own, graceDays = 7, sessionHandle }: Asked,
) {
  const actor = { kind: 'subject', subjectId, sessionHandle } as const;
  return withSubject(deps.connection.db, subjectId, 'write', (tx) =>
    confirmErasure(tx, deps.vault, {
      subjectId,
      actor,
      input: { planHash, email, graceDays },
      now,
      requestId: 'test',
      publicUrl,
    }),
  );
}

/** Takes it back as the person. */
export function cancel(deps: Deps, { subjectId }: FilledPerson, reference: string) {
  const actor = { kind: 'subject', subjectId, sessionHandle: newId(now) } as const;
  return withSubject(deps.connection.db, subjectId, 'write', (tx) =>
    cancelErasure(tx, deps.vault, {
      subjectId,
      actor,
      reference,
      now,
      requestId: 'test',
      publicUrl,
    }),
  );
}

/** Status of the account; nothing when it is gone. */
export const statusOf = async ({ connection: { db } }: Deps, { subjectId }: FilledPerson) =>
  (
    await db
      .select({ status: account.status })
      .from(account)
      .where(eq(account.subjectId, subjectId))
  )[0]?.status;

/** A confirmed erasure whose grace period is over. */
export async function confirmed(
  { connection: { db }, vault }: Deps,
  { subjectId, country }: FilledPerson,
) {
  await db.delete(dataSubjectRequest).where(eq(dataSubjectRequest.subjectId, subjectId));
  const { plan } = await planErasure(db, { subjectId, country, now });
  const code = newCode(6);
  const id = newId(now);
  await db.insert(dataSubjectRequest).values({
    id,
    subjectId,
    reference: `R-${id.slice(-6)}`,
    kind: 'erasure',
    state: 'waiting',
    receivedAt: now,
    dueAt: new Date(now.getTime() + 30 * 86_400_000),
    executesAt: now,
    sections: [],
    plan: canonicalJson(plan),
    planHash: planHash(plan),
    receiptCodeHash: vault.hashToken('receipt_code', normaliseCode(code)),
  });
  await db
    .update(account)
    .set({ status: 'pending_deletion' })
    .where(eq(account.subjectId, subjectId));
  return { id, code, plan };
}

/** One piece of the work, as the job does it. */
export async function runOnce(deps: Deps, requestId: string, at = now) {
  return deps.connection.db.transaction((tx) => runErasure({ deps, tx, requestId, now: at }));
}

/** All of it that can be done at that moment; the number of pieces. */
export async function finish(deps: Deps, requestId: string, at = now): Promise<number> {
  for (let runs = 1; runs < 500; runs++) {
    const outcome = await runOnce(deps, requestId, at);
    if (outcome !== 'again') return runs;
  }
  throw new Error('an erasure without an end');
}
