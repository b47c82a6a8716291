import { eq, sql } from 'drizzle-orm';
import type { Db, Tx } from '../../../db/connect.ts';
import { erasureOrder, hasKeep, nameOf, subjectIs, type ErasurePlan } from '../../../db/data-map/erase.ts';
import { columnOf, type MapTable } from '../../../db/data-map/index.ts';
import { addPeriod } from '../../../db/data-map/keeps.ts';
import { policyVersion } from '../../../db/schema/policy.ts';
import { dataSubjectRequest, erasureReceipt, requestStep } from '../../../db/schema/request.ts';
import { canonicalJson } from '../../crypto/canonical.ts';
import { normaliseCode } from '../../crypto/token.ts';
import type { Vault } from '../../crypto/vault.ts';

type Request = typeof dataSubjectRequest.$inferSelect;

/** What an erasure did, in its one spelling signed. Counts, rules and dates; nothing of the person. */
export type Receipt = {
  format: 'easellm-erasure-receipt/1';
  reference: string;
  planHash: string;
  policyVersion: string;
  receivedAt: string;
  dueAt: string;
  startedAt: string;
  finishedAt: string;
  /** `planned` is null where the plan said "all there are when it runs". */
  tables: { table: string; title: string; action: 'delete' | 'keep'; planned: number | null; done: number }[];
  kept: { table: string; title: string; ground: string; law: string; rows: number; until: { date: string; rows: number }[] }[];
  /** Tables where other rows were found than were confirmed: they came or expired during the grace period. */
  differences: { table: string; title: string; planned: number; done: number }[];
  holders: [];
  verification: { tablesChecked: number; rowsLeft: 0; keyDestroyed: true };
};

/** Builds the receipt from what the steps noted and what stands in the database now. */
export async function buildReceipt(
  tx: Tx,
  { request, plan, now }: { request: Request; plan: ErasurePlan; now: Date },
): Promise<Receipt> {
  const steps = await tx.select().from(requestStep).where(eq(requestStep.requestId, request.id)).orderBy(requestStep.position);
  const [policy] = await tx
    .select({ version: policyVersion.version })
    .from(policyVersion)
    .where(sql`${policyVersion.effectiveAt} <= ${now.toISOString()}`)
    .orderBy(sql`${policyVersion.effectiveAt} desc`)
    .limit(1);
  const kept = await Promise.all(
    erasureOrder
      .filter(({ onErasure }) => onErasure === 'keep')
      .map(async (table) => ({ table: table.name, until: await keptUntil(tx, { table, subjectId: request.subjectId, now }) })),
  );
  const untilOf = new Map(kept.map(({ table, until }) => [table, until]));
  const rowsKept = (name: PlanTable['table']) => (untilOf.get(name) ?? []).reduce((sum, { rows }) => sum + rows, 0);
  const tables = plan.tables.map(({ table, title, action, rows }) => ({
    table,
    title,
    action,
    planned: rows,
    done: action === 'keep' ? rowsKept(table) : (steps.find(({ name }) => name === `delete:${table}`)?.rowsDone ?? 1),
  }));
  return {
    format: 'easellm-erasure-receipt/1',
    reference: request.reference,
    planHash: request.planHash ?? '',
    policyVersion: policy?.version ?? '',
    receivedAt: request.receivedAt.toISOString(),
    dueAt: request.dueAt.toISOString(),
    startedAt: (steps[0]?.startedAt ?? now).toISOString(),
    finishedAt: now.toISOString(),
    tables,
    kept: plan.tables.flatMap(({ table, title, keep }) => {
      const until = untilOf.get(table) ?? [];
      return keep && until.length > 0 ? [{ table, title, ground: keep.ground, law: keep.law, rows: rowsKept(table), until }] : [];
    }),
    differences: tables.flatMap(({ table, title, planned, done }) =>
      planned === null || planned === done ? [] : [{ table, title, planned, done }],
    ),
    holders: [],
    verification: { tablesChecked: erasureOrder.length, rowsLeft: 0, keyDestroyed: true },
  };
}

type PlanTable = ErasurePlan['tables'][number];

/** The last day of what is kept: of each keep by its key, of other tables the latest row's. */
async function keptUntil(
  tx: Tx,
  { table, subjectId, now }: { table: MapTable; subjectId: string; now: Date },
): Promise<{ date: string; rows: number }[]> {
  if (hasKeep(table)) {
    const rows = await tx.execute<{ ends: string; n: string }>(sql`
      select to_char(k.ends_at, 'YYYY-MM-DD') as ends, count(*) as n from ${nameOf(table)} as t join keep_key as k on k.id = t.keep_id
      where t.${subjectIs(table, subjectId)} group by 1 order by 1`);
    return rows.map(({ ends, n }) => ({ date: ends, rows: Number(n) }));
  }
  const { retention } = table;
  if (typeof retention === 'string' || !('period' in retention)) return [];
  const from = sql.identifier(columnOf(table, retention.from).sqlName);
  const [row] = await tx.execute<{ latest: string | null; n: string }>(
    sql`select max(${from})::text as latest, count(*) as n from ${nameOf(table)} where ${subjectIs(table, subjectId)}`,
  );
  const rows = Number(row?.n ?? 0);
  if (rows === 0) return [];
  const latest = row?.latest ? new Date(row.latest) : now;
  const ends = addPeriod(latest > now ? latest : now, retention.period);
  return [{ date: ends.toISOString().slice(0, 10), rows }];
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
    .values({ codeHash, reference: receipt.reference, receipt: text, signature: vault.sign(text), issuedAt: now })
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
  | { state: 'open'; reference: string; executesAt: string | null; dueAt: string; waitsFor: 'grace' | 'work' | 'hold' };

/**
 * What stands behind a receipt code: the receipt, or how far the deletion is. Null for every other code;
 * both places are asked whatever the first one says, so that the answer takes the same time.
 */
export async function openReceipt(db: Db, vault: Vault, typed: string): Promise<OpenedReceipt | null> {
  const codeHash = vault.hashToken('receipt_code', normaliseCode(typed));
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
  const held = open.failure === 'LEGAL_HOLD';
  return {
    state: 'open',
    reference: open.reference,
    executesAt: open.executesAt?.toISOString() ?? null,
    dueAt: open.dueAt.toISOString(),
    waitsFor: held ? 'hold' : open.state === 'waiting' ? 'grace' : 'work',
  };
}
