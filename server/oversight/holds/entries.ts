import type { z } from 'zod';
import type { Tx } from '../../../db/connect.ts';
import { holdableTables, oneCanBeHeld } from '../../../db/data-map/held.ts';
import { maskValue } from '../../../db/data-map/mask.ts';
import type { Value } from '../../../db/data-map/view.ts';
import { readTable } from '../../access/read.ts';
import { recordAudit } from '../../audit/record.ts';
import { DomainError } from '../../errors.ts';
import { shareKey } from '../customers.ts';
import type { entriesInput } from '../input.ts';
import type { DeskCall } from '../recording-refusals.ts';
import { longestEnd } from './longest-end.ts';

/** An entry that a hold can name: its id, and as much of it as the map lets staff see. */
export type HoldableEntry = { id: string; values: { label: string; value: Value }[] };

/**
 * Entries of one table of a customer, newest first and a page at a time, for one of them to be chosen.
 * Stands in the customer's log before it is read; a look for an order that forbids telling is kept back as
 * that for the customer is (`findCustomer`).
 * @throws {DomainError} NOT_FOUND when there is no such customer, HOLD_FINDS_NOTHING for a table of which no
 *   single entry can be held, INPUT_REFUSED for a cursor that was not handed out
 */
export async function listEntries(
  tx: Tx,
  { deps: { vault }, actor, requestId, now }: DeskCall,
  { subjectId, table: name, cursor, silencedBy }: z.infer<typeof entriesInput>,
): Promise<{ entries: HoldableEntry[]; next: string | null }> {
  await shareKey(tx, subjectId);
  const table = holdableTables.find((one) => one.name === name);
  if (!table || !oneCanBeHeld(table)) throw new DomainError('HOLD_FINDS_NOTHING');
  await recordAudit(tx, vault, {
    action: 'hold.entries_seen',
    actor,
    subjectId,
    purpose: 'legal_holds',
    sections: [table.section],
    details: { table: name, ...(silencedBy ? { silencedBy } : {}) },
    visibleFrom: silencedBy ? longestEnd(now) : null,
    requestId,
    now,
  });
  const page = await readTable(
    { tx, vault, subjectId, mask: maskValue },
    { name, cursor, search: undefined },
  );
  return {
    entries: page.rows.map(({ key, values }) => ({
      // The last of what rows are sorted by is their id.
      id: key.slice(key.lastIndexOf('|') + 1),
      values: page.columns.map(({ label }, index) => ({ label, value: values[index] ?? null })),
    })),
    next: page.next,
  };
}
