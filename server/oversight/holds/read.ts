import { and, asc, desc, gt, inArray, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { fieldLabels } from '../../../db/data-map/held.ts';
import { subjectTables } from '../../../db/data-map/index.ts';
import type { Sealed } from '../../../db/schema/column.ts';
import { legalHold } from '../../../db/schema/hold.ts';
import { staffMember } from '../../../db/schema/staff.ts';
import type { DataKey, Vault } from '../../crypto/vault.ts';
import { maskedCustomers } from '../customers.ts';
import type { holdStates } from '../input.ts';
import {
  barOf,
  type Hold,
  type HoldState,
  holdReference,
  isOpenProposal,
  stateOf,
} from './hold.ts';

/** The most that a page shows. */
const MOST = 100;

/** A hold as the officers see it. */
export type HoldView = {
  id: string;
  reference: string;
  state: HoldState;
  subjectId: string;
  /** Null once the account is gone. */
  customer: { name: string; email: string; country: string } | null;
  title: string;
  rowId: string | null;
  /** In the map's words; none: whole entries. */
  fields: string[];
  ground: Hold['ground'];
  reason: string | null;
  note: string | null;
  placed: { by: string; at: Date; byMe: boolean };
  approved: { by: string; at: Date } | null;
  releaseAsked: { by: string; at: Date; byMe: boolean } | null;
  released: { by: string; at: Date } | null;
  endsAt: Date;
  /** Until when a legal bar keeps it from its person. */
  noticeFrom: Date | null;
};

/** Holds that wait for an answer, that bind and wait for none, or that are over; the next to end first. */
export async function listHolds(
  tx: Tx,
  vault: Vault,
  { state, me, now }: { state: (typeof holdStates)[number]; me: string; now: Date },
): Promise<HoldView[]> {
  const rows = await tx
    .select()
    .from(legalHold)
    .where(inState(state, now))
    .orderBy(state === 'past' ? desc(legalHold.endsAt) : asc(legalHold.endsAt), asc(legalHold.id))
    .limit(MOST);
  return viewHolds(tx, vault, { rows, me, now });
}

/** How many holds wait for a second person: a proposal, or a release. */
export async function countWaitingHolds(tx: Tx, now: Date): Promise<number> {
  return tx.$count(legalHold, inState('waiting', now));
}

/** The same for holds already read. */
export async function viewHolds(
  tx: Tx,
  vault: Vault,
  { rows, me, now }: { rows: readonly Hold[]; me: string; now: Date },
): Promise<HoldView[]> {
  const customers = await maskedCustomers(
    tx,
    vault,
    rows.map(({ subjectId }) => subjectId),
  );
  const keys = await vault.subjectKeys(tx, [...customers.keys()]);
  const labels = await labelsOf(tx, rows);
  const by = (id: string | null, at: Date | null) =>
    id && at ? { by: labels.get(id) ?? id, at, byMe: id === me } : null;
  return rows.map((row) => {
    const { id, subjectId, rowId, ground, endsAt } = row;
    const { name, email, country } = customers.get(subjectId) ?? {};
    const table = subjectTables.find(({ sqlName }) => sqlName === row.tableName);
    const open = (column: 'reason' | 'note') =>
      opened(vault, { key: keys.get(subjectId), column, text: row[column] });
    return {
      id,
      reference: holdReference(row),
      state: stateOf(row, now),
      subjectId,
      customer: name && email && country ? { name, email, country } : null,
      title: table?.title ?? row.tableName,
      rowId,
      fields: table ? fieldLabels(table, row.fields) : (row.fields ?? []),
      ground,
      reason: open('reason'),
      note: open('note'),
      placed: by(row.placedBy, row.placedAt) ?? { by: '', at: row.placedAt, byMe: false },
      approved: by(row.approvedBy, row.approvedAt),
      releaseAsked: by(row.releaseAskedBy, row.releaseAskedAt),
      released: by(row.releasedBy, row.releasedAt),
      endsAt,
      noticeFrom: barOf(row),
    };
  });
}

function inState(state: (typeof holdStates)[number], now: Date): SQL | undefined {
  const binds = and(
    isNotNull(legalHold.approvedAt),
    isNull(legalHold.releasedAt),
    gt(legalHold.endsAt, now),
  );
  const proposed = isOpenProposal(now);
  switch (state) {
    case 'open':
      return and(binds, isNull(legalHold.releaseAskedAt));
    case 'waiting':
      return or(proposed, and(binds, isNotNull(legalHold.releaseAskedAt)));
    case 'past':
      return sql`not coalesce(${or(proposed, binds)}, false)`;
  }
}

async function labelsOf(tx: Tx, rows: readonly Hold[]): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(
    rows.flatMap(({ placedBy, approvedBy, releaseAskedBy, releasedBy }) =>
      [placedBy, approvedBy, releaseAskedBy, releasedBy].filter((id) => UUID.test(id ?? '')),
    ),
  );
  if (ids.size === 0) return new Map();
  const staff = await tx
    .select({ id: staffMember.accountId, label: staffMember.label })
    .from(staffMember)
    .where(
      inArray(
        staffMember.accountId,
        [...ids].filter((id) => id !== null),
      ),
    );
  return new Map(staff.map(({ id, label }) => [id, label]));
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

function opened(
  vault: Vault,
  {
    key,
    column,
    text,
  }: { key: DataKey | undefined; column: 'reason' | 'note'; text: Sealed | null },
): string | null {
  return key && text ? vault.unseal(key, `legal_hold.${column}`, text) : null;
}
