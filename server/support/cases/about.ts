import { and, eq } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { subjectTables } from '../../../db/data-map/index.ts';
import { visibleColumns } from '../../../db/data-map/view.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { automatedDecision } from '../../../db/schema/decision.ts';
import type { supportTicket } from '../../../db/schema/support.ts';
import { type Correction, correctionInput, editableFields } from '../../account/input.ts';
import { isShownBy } from '../../audit/shown.ts';

type Ticket = typeof supportTicket.$inferSelect;

/** A column of the data map that its person sees, by the names in which a case holds it. */
export function fieldOf({ table: tableName, column: columnName }: Field) {
  const table = subjectTables.find(({ name }) => name === tableName);
  const column = table && visibleColumns(table).find(({ key }) => key === columnName);
  return table && column ? { table, column } : null;
}
type Field = { table: string; column: string };

/** What the portal itself writes about an account and its acts: there is nothing to put right in it by hand. */
const OWN_RECORDS = /^(system\.|user\.authorization)/;

/**
 * Every field that can be said to be wrong, table by table, in the words of the data map. Of the account
 * those that a decision changes; its address is changed by its owner alone, with both mailboxes.
 */
export function correctableFields() {
  return subjectTables
    .map((table) => ({
      table: table.name,
      title: table.title,
      columns: visibleColumns(table)
        .filter((column) => isCorrectable({ table, column }))
        .map(({ key, label, category }) => ({ column: key, label, category })),
    }))
    .filter(({ columns }) => columns.length > 0);
}

/** Whether a field can be said to be wrong at all. */
export function isCorrectable({ table, column }: NonNullable<ReturnType<typeof fieldOf>>): boolean {
  if (table.name === 'account') return isEditable(column.key);
  return column.category !== null && !OWN_RECORDS.test(column.category);
}

/** Whether granting a correction of this field makes it; of any other a person makes it by hand. */
export function makesItself(aboutId: string): boolean {
  const { table, column } = fieldNames(aboutId);
  return table === 'account' && isEditable(column);
}

function isEditable(column: string): boolean {
  return editableFields.some((field) => field === column);
}

/** `account.country` as its two names. */
export function fieldNames(aboutId: string): Field {
  const [table = '', column = ''] = aboutId.split('.');
  return { table, column };
}

/** The correction that a case would bring with it, where it is of a field that is corrected here. */
export function correctionOf(aboutId: string, value: string): Correction | null {
  const { table, column } = fieldNames(aboutId);
  if (table !== 'account') return null;
  const { data } = correctionInput.safeParse({ field: column, value });
  return data ?? null;
}

/** An automated decision about the person. */
export async function decisionOf(tx: Tx, { subjectId, id }: { subjectId: string; id: string }) {
  const [row] = await tx
    .select({
      kind: automatedDecision.kind,
      outcome: automatedDecision.outcome,
      effect: automatedDecision.effect,
      decidedAt: automatedDecision.decidedAt,
      reviewedAt: automatedDecision.reviewedAt,
    })
    .from(automatedDecision)
    .where(and(eq(automatedDecision.id, id), eq(automatedDecision.subjectId, subjectId)));
  return row ?? null;
}

/** An entry of the person's own log that they can see. */
export async function entryOf(
  tx: Tx,
  { subjectId, id, now }: { subjectId: string; id: string; now: Date },
) {
  const [row] = await tx
    .select({
      actor: auditEvent.actorLabel,
      actorKind: auditEvent.actorKind,
      actorId: auditEvent.actorId,
      action: auditEvent.action,
      outcome: auditEvent.outcome,
      occurredAt: auditEvent.occurredAt,
    })
    .from(auditEvent)
    .where(and(eq(auditEvent.subjectId, subjectId), eq(auditEvent.id, id), isShownBy(now)));
  return row ?? null;
}

/** What a case is about, in the words of the data map and of the log. */
export type About =
  | { kind: 'field'; id: string; table: string; field: string; category: string | null }
  | { kind: 'decision'; decision: NonNullable<Awaited<ReturnType<typeof decisionOf>>> }
  | { kind: 'entry'; entry: AboutEntry };
type AboutEntry = Pick<
  NonNullable<Awaited<ReturnType<typeof entryOf>>>,
  'actor' | 'actorKind' | 'action' | 'outcome' | 'occurredAt'
>;

/** Null for a question, and for what has been deleted since. */
export async function aboutOf(
  tx: Tx,
  { aboutKind, aboutId: id, subjectId }: Pick<Ticket, 'aboutKind' | 'aboutId' | 'subjectId'>,
  now: Date,
): Promise<About | null> {
  if (aboutKind === null || id === null) return null;
  if (aboutKind === 'field') {
    const found = fieldOf(fieldNames(id));
    if (!found) return null;
    const { table, column } = found;
    return {
      kind: 'field',
      id,
      table: table.title,
      field: column.label,
      category: column.category,
    };
  }
  if (aboutKind === 'decision') {
    const decision = await decisionOf(tx, { subjectId, id });
    return decision && { kind: 'decision', decision };
  }
  const entry = await entryOf(tx, { subjectId, id, now });
  if (!entry) return null;
  // Whose account it was is nobody's to read.
  const { actorId: _, ...shown } = entry;
  return { kind: 'entry', entry: shown };
}
