import { eq, sql } from 'drizzle-orm';
import type { Db, Tx } from '../../../db/connect.ts';
import { hasKeep } from '../../../db/data-map/erase.ts';
import {
  countSubject,
  type ErasurePlan,
  type TableCount,
} from '../../../db/data-map/erasure-plan.ts';
import { policyVersion } from '../../../db/schema/policy.ts';
import { dataSubjectRequest, erasureReceipt, requestStep } from '../../../db/schema/request.ts';
import { canonicalJson } from '../../crypto/canonical.ts';
import { normaliseCode } from '../../crypto/token.ts';
import type { Vault } from '../../crypto/vault.ts';
import { type HolderView, viewHolders } from '../../services/tasks/read.ts';
import { type ToldHold, toldHolds } from '../told-holds.ts';
import { type HolderReceipt, holdersForReceipt } from './holders.ts';
import { planHash } from './plan-hash.ts';
import { stepNameOf } from './steps.ts';

type Request = typeof dataSubjectRequest.$inferSelect;

/** What an erasure did, in its one spelling signed. Counts, rules and dates; nothing of the person. */
export type Receipt = {
  format: 'easellm-erasure-receipt/2';
  reference: string;
  /** What was confirmed; SHA-256 of its canonical JSON is `planHash`. */
  plan: ErasurePlan;
  planHash: string;
  policyVersion: string;
  receivedAt: string;
  dueAt: string;
  startedAt: string;
  finishedAt: string;
  /** `planned` is null where the plan said "all there are when it runs". */
  tables: {
    table: string;
    title: string;
    action: 'delete' | 'keep';
    planned: number | null;
    done: number;
  }[];
  /** What stays, by the last day of it. */
  kept: {
    table: string;
    title: string;
    ground: string;
    law: string;
    rows: number;
    until: { date: string; rows: number }[];
  }[];
  /** Tables where other rows were found than were confirmed: they came or expired during the grace period. */
  differences: { table: string; title: string; planned: number; done: number }[];
  /** Other systems that held data of the person; receipts of version 1 do not have them. */
  holders: HolderReceipt[];
  /** Those that this portal could not ask. */
  holdersNotConnected: { holder: string; name: string }[];
  /** From a count of all tables after the work, with the same function that counted for the plan. */
  verification: { tablesChecked: number; rowsLeft: number; keyDestroyed: boolean };
};

/**
 * Builds the receipt from what the steps noted and what stands in the database now. Call it last in the
 * transaction that completes the request, so that it counts what stays as it stays. What a legal bar keeps
 * from the person is in no number of it.
 *
 * @throws {Error} when something is left that should have gone
 */
export async function buildReceipt(
  tx: Tx,
  { request, plan, now }: { request: Request; plan: ErasurePlan; now: Date },
): Promise<Receipt> {
  const steps = await tx
    .select()
    .from(requestStep)
    .where(eq(requestStep.requestId, request.id))
    .orderBy(requestStep.position);
  const [policy] = await tx
    .select({ version: policyVersion.version })
    .from(policyVersion)
    .where(sql`${policyVersion.effectiveAt} <= ${now.toISOString()}`)
    .orderBy(sql`${policyVersion.effectiveAt} desc`)
    .limit(1);
  const counts = await countSubject(tx, {
    subjectId: request.subjectId,
    country: null,
    toldBy: now,
  });
  const rowsLeft = counts.reduce(
    (sum, { table, rows }) => sum + (table.onErasure === 'delete' ? rows : 0),
    0,
  );
  const keyDestroyed = counts.some(({ table, rows }) => table.name === 'subjectKey' && rows === 0);
  const { holders, notConnected } = await holdersForReceipt(tx, request.id);
  if (rowsLeft > 0 || !keyDestroyed) throw new Error('an erasure that left something');
  const tables = counts.map(({ table, rows }) => {
    const planned = plan.tables.find((entry) => entry.table === table.name);
    const { name, title, onErasure: action } = table;
    // A table that a newer version added was not there to be confirmed.
    return {
      table: name,
      title,
      action,
      planned: planned ? planned.rows : 0,
      done: action === 'keep' ? rows : rowsDone(steps, table),
    };
  });
  return {
    format: 'easellm-erasure-receipt/2',
    reference: request.reference,
    plan,
    planHash: planHash(plan),
    policyVersion: policy?.version ?? '',
    receivedAt: request.receivedAt.toISOString(),
    dueAt: request.dueAt.toISOString(),
    startedAt: firstStart(steps, now).toISOString(),
    finishedAt: now.toISOString(),
    tables,
    kept: counts.flatMap(({ table, rows, groups }) => {
      const keep = plan.tables.find((entry) => entry.table === table.name)?.keep;
      if (!keep || rows === 0) return [];
      return [
        {
          table: table.name,
          title: table.title,
          ground: keep.ground,
          law: keep.law,
          rows,
          until: untilOf({ table, rows, groups }),
        },
      ];
    }),
    differences: tables.flatMap(({ table, title, planned, done }) =>
      planned === null || planned === done ? [] : [{ table, title, planned, done }],
    ),
    holders,
    holdersNotConnected: notConnected,
    verification: { tablesChecked: counts.length, rowsLeft, keyDestroyed },
  };
}

/** A step that was added late stands before the others: its start is not that of the work. */
function firstStart(steps: readonly (typeof requestStep.$inferSelect)[], now: Date): Date {
  const starts = steps.flatMap(({ startedAt }) => (startedAt ? [startedAt.getTime()] : []));
  return new Date(Math.min(now.getTime(), ...starts));
}

/** A table that is newer than the erasure has a step only where something of the person was in it. */
function rowsDone(
  steps: readonly (typeof requestStep.$inferSelect)[],
  table: TableCount['table'],
): number {
  return steps.find(({ name }) => name === stepNameOf(table))?.rowsDone ?? 0;
}

/** Each keep with a key of its own by its day; of logs, which go row by row, the last day alone. */
function untilOf({ table, rows, groups }: TableCount): { date: string; rows: number }[] {
  if (hasKeep(table)) return groups.map(({ until, rows: count }) => ({ date: until, rows: count }));
  const last = groups.at(-1);
  return last ? [{ date: last.until, rows }] : [];
}

/** Signs and stores the receipt under the hash of its code. A second call changes nothing. */
export async function storeReceipt(
  tx: Tx,
  vault: Vault,
  { receipt, codeHash, now }: { receipt: Receipt; codeHash: string; now: Date },
): Promise<void> {
  const text = canonicalJson(receipt);
  await tx
    .insert(erasureReceipt)
    .values({
      codeHash,
      reference: receipt.reference,
      receipt: text,
      signature: vault.sign(text),
      issuedAt: now,
    })
    .onConflictDoNothing();
}

export type OpenedReceipt =
  | {
      state: 'issued';
      /** Canonical JSON, exactly as signed. */
      text: string;
      receipt: Receipt;
      signature: string;
      signatureFits: boolean;
      publicKey: string;
    }
  | {
      state: 'open';
      reference: string;
      executesAt: string | null;
      dueAt: string;
      waitsFor: 'grace' | 'work' | 'hold' | 'holder';
      holders: HolderView[];
      /** Legal holds that it waits for, or will. */
      holds: ToldHold[];
    };

/**
 * What stands behind a receipt code: the receipt, or how far the deletion is. Null for every other code;
 * both places are asked whatever the first one says, so that the answer takes the same time.
 */
export async function openReceipt(
  db: Db,
  vault: Vault,
  { code, now }: { code: string; now: Date },
): Promise<OpenedReceipt | null> {
  const codeHash = vault.hashToken('receipt_code', normaliseCode(code));
  const [[issued], [open]] = await Promise.all([
    db.select().from(erasureReceipt).where(eq(erasureReceipt.codeHash, codeHash)),
    db.select().from(dataSubjectRequest).where(eq(dataSubjectRequest.receiptCodeHash, codeHash)),
  ]);
  if (issued) {
    return {
      state: 'issued',
      text: issued.receipt,
      receipt: JSON.parse(issued.receipt) as Receipt,
      signature: issued.signature,
      signatureFits: vault.verify(issued.receipt, issued.signature),
      publicKey: vault.publicKey(),
    };
  }
  if (!open || (open.state !== 'waiting' && open.state !== 'running')) return null;
  const holders = await db.transaction((tx) =>
    viewHolders(tx, { requestId: open.id, concerned: [], planned: false }),
  );
  const holds = await toldHolds(db, vault, { subjectId: open.subjectId, now });
  const waits = holders.some(({ verified, standing }) => !verified && standing !== 'planned');
  // That one was told of stopped it says nothing of others, once that one is over.
  const held = open.failure === 'LEGAL_HOLD';
  const begun = held || open.state === 'running';
  const working = held && holds.length > 0 ? 'hold' : waits ? 'holder' : 'work';
  return {
    state: 'open',
    reference: open.reference,
    executesAt: open.executesAt?.toISOString() ?? null,
    dueAt: open.dueAt.toISOString(),
    waitsFor: begun ? working : 'grace',
    holders,
    holds,
  };
}
