import type { Tx } from '../../../db/connect.ts';
import { exportedTables } from '../../../db/data-map/export.ts';
import { COUNT_CAP, countRows } from '../../../db/data-map/view.ts';
import { type Section, sections } from '../../../db/data-map/vocabulary.ts';
import { unconfirmedOfKind } from '../behalf/unconfirmed.ts';
import { copyAllowance } from './ask.ts';

/**
 * What can be in a copy, chapter by chapter, and whether one can be asked for now. `asked`: what support
 * asked for, which asking now confirms.
 *
 * `rows` is exact up to 10,000; above that, `more` is true.
 */
export async function copyChoices(tx: Tx, { subjectId, now }: { subjectId: string; now: Date }) {
  const names = (Object.keys(sections) as Section[]).filter(
    (section) => exportedTables([section]).length > 0,
  );
  const chapters = await Promise.all(
    names.map(async (section) => ({
      section,
      title: sections[section].title,
      tables: await Promise.all(
        exportedTables([section]).map(async (table) => {
          const rows = await countRows(tx, { table, subjectId });
          return {
            table: table.name,
            title: table.title,
            about: table.about,
            rows: Math.min(rows, COUNT_CAP),
            more: rows > COUNT_CAP,
          };
        }),
      ),
    })),
  );
  const asked = await unconfirmedOfKind(tx, { subjectId, kind: 'portability', now });
  return { chapters, asked, ...(await copyAllowance(tx, { subjectId, now })) };
}
