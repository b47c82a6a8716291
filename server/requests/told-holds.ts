import type { Db, Tx } from '../../db/connect.ts';
import { type ActiveHold, activeHolds, fieldLabels, isTold } from '../../db/data-map/held.ts';
import { subjectTableNamed } from '../../db/data-map/index.ts';
import type { Vault } from '../crypto/vault.ts';

/** A legal hold as its person sees it: on what, why, until when. */
export type ToldHold = Pick<ActiveHold, 'title' | 'ground' | 'placedAt' | 'endsAt'> & {
  /** What a person of EaseLLM wrote to them about it. */
  note: string | null;
  oneRow: boolean;
  /** In the map's words; none: whole entries. */
  fields: string[];
};

/** Holds that bind now and that no legal bar keeps from the person. */
export async function toldHolds(
  tx: Tx | Db,
  vault: Vault,
  { subjectId, now }: { subjectId: string; now: Date },
): Promise<ToldHold[]> {
  const holds = (await activeHolds(tx, { subjectId, now })).filter((hold) => isTold(hold, now));
  if (holds.length === 0) return [];
  const key = await vault.subjectKey(tx, subjectId);
  return holds.map(({ title, table, ground, note, placedAt, endsAt, rowId, fields }) => ({
    title,
    ground,
    placedAt,
    endsAt,
    note: note && vault.unseal(key, 'legal_hold.note', note),
    oneRow: rowId !== null,
    fields: fieldLabels(subjectTableNamed(table), fields),
  }));
}
