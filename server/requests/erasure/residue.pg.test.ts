import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, ne } from 'drizzle-orm';
import { expect, onTestFinished } from 'vitest';
import { subjectTables } from '../../../db/data-map/index.ts';
import { account } from '../../../db/schema/account.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { paymentMethod } from '../../../db/schema/billing.ts';
import { job } from '../../../db/schema/job.ts';
import { farewellMail, outboundMail } from '../../../db/schema/mail.ts';
import { supportMessage } from '../../../db/schema/support.ts';
import { seedWorld } from '../../../db/seed/world.ts';
import { codeAt } from '../../auth/totp.ts';
import { newId } from '../../crypto/token.ts';
import type { Deps } from '../../deps.ts';
import { allJobs } from '../../jobs/all.ts';
import { runNext } from '../../jobs/runner.ts';
import { fillReferenceHolders } from '../../services/reference-holders/fill.ts';
import { paylanePort } from '../../services/reference-holders/paylane.ts';
import { holderDir } from '../../services/reference-holders/ports.ts';
import { tallymetricPort } from '../../services/reference-holders/tallymetric.ts';
import { playHolder } from '../../services/tasks/testing.ts';
import { testDeps } from '../../testing/deps.ts';
import { callerFor, signedInAs } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import {
  type Hit,
  hashesWithout,
  identifyingValues,
  scanForValues,
} from '../../testing/residue.ts';
import { openReceipt, type Receipt } from './receipt.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const GRACE_DAYS = 7;
/** More than she has herself: all her rows are there, and only the 100,000 of one other person are not. */
const OTHERS_SESSIONS = 2_000;
/** The jobs have the database's clock. For the person it is eight days earlier: her grace period is over. */
const then = new Date(Date.now() - (GRACE_DAYS + 1) * DAY_MS);

/** Works off everything that is due, as a worker would. */
async function workOff(deps: Deps): Promise<number> {
  const byKind = new Map(allJobs.map((definition) => [definition.kind, definition]));
  const { signal } = new AbortController();
  let runs = 0;
  while (await runNext(deps, byKind, [...byKind.keys()], signal)) runs += 1;
  return runs;
}

/** Somebody else of the demo, with a card. */
async function neighbourOf({ connection: { db } }: Deps, subjectId: string): Promise<string> {
  const [other] = await db
    .select({ subjectId: paymentMethod.subjectId })
    .from(paymentMethod)
    .where(ne(paymentMethod.subjectId, subjectId))
    .limit(1);
  if (!other) throw new Error('nobody else has a card');
  return other.subjectId;
}

/** Hits outside of what the receipt says is kept, and readable, of this person. */
function outside(hits: readonly Hit[], receipt: Receipt, subjectId: string): Hit[] {
  const kept = new Map(
    receipt.kept.map(({ table }) => [
      table,
      receipt.plan.tables.find((entry) => entry.table === table)?.keep?.columns,
    ]),
  );
  return hits.filter((hit) => {
    const table = subjectTables.find(({ sqlName }) => sqlName === hit.table);
    const column = table?.columns.find(({ sqlName }) => sqlName === hit.column);
    const columns = table && kept.get(table.name);
    if (!column || !columns || hit.subjectId !== subjectId) return true;
    return ![...columns.kept, ...columns.resealed].includes(column.label);
  });
}

test('a customer of two years is deleted, and a search through everything finds only what her receipt says is kept', async ({
  connection,
  owner,
}) => {
  const deps = testDeps(connection, { clock: () => then });
  const { db } = connection;
  const { vault } = deps;
  const dir = deps.env.DATA_DIR;
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const { personas } = await seedWorld({
    connection,
    vault,
    now: then,
    mostSessions: OTHERS_SESSIONS,
  });
  const elsewhere = mkdtempSync(join(tmpdir(), 'portal-holders-'));
  onTestFinished(() => rmSync(elsewhere, { recursive: true, force: true }));
  await fillReferenceHolders({ db, vault, dataDir: elsewhere });
  const ports = {
    paylane: paylanePort(holderDir(elsewhere, 'paylane')),
    tallymetric: tallymetricPort(holderDir(elsewhere, 'tallymetric')),
  };
  const holdersWork = async () => {
    await playHolder(deps, 'paylane', ports.paylane);
    await playHolder(deps, 'tallymetric', ports.tallymetric);
  };
  const { email, password, totpSecret } = personas.customer;
  const [person] = await db
    .select()
    .from(account)
    .where(eq(account.emailIndex, vault.emailIndex(email)));
  if (!person || !totpSecret) throw new Error('the demo has no such customer');
  const { subjectId } = person;
  const at = (minutes: number) => new Date(then.getTime() + minutes * MINUTE_MS);
  const jar = await signedInAs(
    deps,
    { ...personas.customer, subjectId, password, totpSecret },
    { now: then },
  );
  const call = (minutes: number) => callerFor(deps, jar, { now: at(minutes) });

  // A copy of hers lies in the store, and half of another one that was never finished.
  await call(1).auth.stepUp({ code: codeAt(totpSecret, at(1)) });
  const copy = await call(1).requests.askCopy({ sections: ['account', 'support'] });
  await holdersWork();
  await workOff(deps);
  const { archive } = await call(2).requests.get({ reference: copy.reference });
  expect(archive?.plainBytes).toBeGreaterThan(1_000);
  const files = await deps.exportStore.list();
  expect(files).toHaveLength(1);
  writeFileSync(join(dir, `${files[0]}9.part`), `Annelie Schönhofer, ${email}`);

  const { open } = await call(3).requests.previewErasure({});
  for (const { organisationId, soleOwner, otherMembers } of open.organisations) {
    if (soleOwner && otherMembers > 0)
      await call(3).requests.handOverOrganisation({ organisationId });
  }

  const values = await identifyingValues(owner, vault, subjectId);
  expect(new Set(values.map(({ value }) => value)).size).toBeGreaterThanOrEqual(40);
  const before = await scanForValues(owner, vault, [dir], values);
  expect(new Set(before.map(({ value }) => value))).toEqual(
    new Set(values.map(({ value }) => value)),
  );
  expect(before.some(({ table }) => table === null)).toBe(true);

  const cards = await db
    .select({ reference: paymentMethod.processorReference })
    .from(paymentMethod)
    .where(eq(paymentMethod.subjectId, subjectId));
  const atHolders = { account: subjectId, references: cards.map(({ reference }) => reference) };
  for (const port of Object.values(ports))
    expect((await port.verifyErased(atHolders)).remaining).toBeGreaterThan(1);
  const neighbour = { account: await neighbourOf(deps, subjectId), references: [] };
  const neighboursData = async () =>
    Promise.all(Object.values(ports).map(async (port) => (await port.export(neighbour)).data));
  const neighbours = await neighboursData();
  expect(JSON.stringify(neighbours).length).toBeGreaterThan(1_000);

  const others = await hashesWithout(connection, subjectId);
  const { planHash, totals } = await call(4).requests.previewErasure({});
  await call(5).auth.stepUp({ code: codeAt(totpSecret, at(5)), act: 'erasure_confirm' });
  const asked = await call(5).requests.confirmErasure({
    planHash,
    email,
    graceDays: GRACE_DAYS,
    acknowledged: true,
  });
  expect(new Date(asked.executesAt).getTime()).toBeLessThan(Date.now());
  const runs = await workOff(deps);
  expect(runs).toBeGreaterThan(40);
  // Everything of ours is done but the end: that waits for the others.
  expect(await openReceipt(db, vault, { code: asked.receiptCode, now: new Date() })).toMatchObject({
    state: 'open',
    waitsFor: 'holder',
  });
  await holdersWork();
  await workOff(deps);

  const opened = await openReceipt(db, vault, { code: asked.receiptCode, now: new Date() });
  if (opened?.state !== 'issued') throw new Error('no receipt');
  const { receipt } = opened;
  expect([opened.signatureFits, receipt.planHash]).toEqual([true, planHash]);
  expect(receipt.differences).toEqual([]);
  expect(
    receipt.holders.map(({ holder, erased, kept }) => [holder, erased > 1, kept?.ground]),
  ).toEqual([
    ['paylane', true, 'payment_records'],
    ['tallymetric', true, undefined],
  ]);
  for (const port of Object.values(ports)) {
    expect(await port.verifyErased(atHolders)).toEqual({ remaining: 0 });
    const { data } = await port.export(atHolders);
    expect(Object.values(data).flat()).toEqual([]);
  }
  expect(await neighboursData()).toEqual(neighbours);
  const deleted = receipt.tables
    .filter(({ action }) => action === 'delete')
    .reduce((sum, { done }) => sum + done, 0);
  // What asking wrote (a letter, a notice, their sending) came on top of what was shown.
  expect(deleted).toBeGreaterThanOrEqual(totals.deleted);

  const after = await scanForValues(owner, vault, [dir], values);
  expect(outside(after, receipt, subjectId)).toEqual([]);
  expect(new Set(after.map(({ table }) => table))).toContain('invoice');
  expect(await deps.exportStore.list()).toEqual([]);
  expect(await hashesWithout(connection, subjectId)).toEqual(others);

  // Once each: the last letter, which has forgotten its address; the event; the work.
  expect(
    await db.select({ state: farewellMail.state, to: farewellMail.toAddress }).from(farewellMail),
  ).toEqual([{ state: 'sent', to: null }]);
  expect(await db.$count(auditEvent, eq(auditEvent.action, 'request.erasure_completed'))).toBe(1);
  expect(await db.$count(job, eq(job.kind, 'erasure.run'))).toBe(1);
  expect(await db.$count(job, eq(job.subjectId, subjectId))).toBe(0);
  expect(await db.$count(outboundMail, eq(outboundMail.subjectId, subjectId))).toBe(0);

  // The search is no good if it does not find what is left on purpose.
  const [ticket] = await db.select().from(supportMessage).limit(1);
  if (!ticket) throw new Error('nobody wrote to support');
  const body = vault.seal(
    await vault.subjectKey(db, ticket.subjectId),
    'support_message.body',
    'Please greet ANNELIE Schönhofer from me.',
  );
  await db.insert(supportMessage).values({ ...ticket, id: newId(then), body });
  writeFileSync(join(dir, 'forgotten.csv'), `name,email\nA,${email}\n`);
  const planted = outside(await scanForValues(owner, vault, [dir], values), receipt, subjectId);
  expect(new Set(planted.map(({ place }) => place))).toEqual(
    new Set(['support_message.body', join(dir, 'forgotten.csv')]),
  );
}, 180_000);
