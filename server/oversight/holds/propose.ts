import type { z } from 'zod';
import type { Tx } from '../../../db/connect.ts';
import { holdableFields, holdableTables, holdFinds } from '../../../db/data-map/held.ts';
import type { MapTable } from '../../../db/data-map/index.ts';
import { legalHold } from '../../../db/schema/hold.ts';
import { recordAudit } from '../../audit/record.ts';
import { newId } from '../../crypto/token.ts';
import { DomainError } from '../../errors.ts';
import { shareKey } from '../customers.ts';
import type { proposeInput } from '../input.ts';
import type { DeskCall } from '../recording-refusals.ts';
import { actOn, holdReference } from './hold.ts';
import { longestEnd } from './longest-end.ts';

type Proposal = z.infer<typeof proposeInput>;

/**
 * Proposes a hold. It keeps nothing until somebody else has approved it.
 *
 * @returns its id and how it is called
 * @throws {DomainError} NOT_FOUND when there is no such customer, HOLD_FINDS_NOTHING when the table cannot
 *   be held or has no such row or field of theirs, HOLD_END_REFUSED for an end that is past or more than twelve
 *   months away, HOLD_BAR_REFUSED for a silence without an authority's order, or beyond the hold
 */
export async function proposeHold(
  tx: Tx,
  { deps: { vault }, actor, requestId, now }: DeskCall,
  proposal: Proposal,
): Promise<{ id: string; reference: string }> {
  const { subjectId, rowId = null, ground, reason, note } = proposal;
  await shareKey(tx, subjectId);
  const endsAt = endOf(proposal.endsOn);
  if (endsAt <= now || endsAt > longestEnd(now)) throw new DomainError('HOLD_END_REFUSED');
  const noticeFrom = proposal.noticeOn ? startOf(proposal.noticeOn) : null;
  if (noticeFrom && (ground !== 'authority_order' || noticeFrom <= now || noticeFrom > endsAt))
    throw new DomainError('HOLD_BAR_REFUSED');
  const table = holdableTables.find(({ name }) => name === proposal.table);
  if (!table) throw new DomainError('HOLD_FINDS_NOTHING');
  const fields = proposal.fields ? fieldsOf(table, proposal.fields) : null;
  if (!(await holdFinds(tx, { table, subjectId, rowId, fields })))
    throw new DomainError('HOLD_FINDS_NOTHING');
  const key = await vault.subjectKey(tx, subjectId);
  const hold = {
    id: newId(now),
    subjectId,
    tableName: table.sqlName,
    rowId,
    fields,
    ground,
    reason: vault.seal(key, 'legal_hold.reason', reason),
    note: note ? vault.seal(key, 'legal_hold.note', note) : null,
    placedBy: actor.accountId,
    placedAt: now,
    endsAt,
    noticeFrom,
  };
  await tx.insert(legalHold).values(hold);
  await recordAudit(tx, vault, {
    ...actOn('hold.proposed', hold),
    actor,
    details: {
      table: table.name,
      rows: rowId ? 'one' : 'all',
      ...(proposal.fields ? { fields: proposal.fields.join(' ') } : {}),
      ground,
      endsOn: proposal.endsOn,
    },
    requestId,
    now,
  });
  return { id: hold.id, reference: holdReference(hold) };
}

/** Names in the database of columns by their names in the map, each once, in the table's order. */
function fieldsOf(table: MapTable, keys: readonly string[]): string[] {
  const wanted = new Set(keys);
  const fields = holdableFields(table).filter(({ key }) => wanted.has(key));
  if (fields.length < wanted.size) throw new DomainError('HOLD_FINDS_NOTHING');
  return fields.map(({ sqlName }) => sqlName);
}

function startOf(day: string): Date {
  return new Date(`${day}T00:00:00.000Z`);
}

/** The last moment of a day, so that a hold until the 12th keeps on the 12th. */
function endOf(day: string): Date {
  return new Date(`${day}T23:59:59.999Z`);
}
