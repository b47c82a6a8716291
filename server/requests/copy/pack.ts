import type { Readable } from 'node:stream';
import { exportedTables, type Snapshot } from '../../../db/data-map/export.ts';
import type { MapTable } from '../../../db/data-map/index.ts';
import type { Value } from '../../../db/data-map/view.ts';
import type { Section } from '../../../db/data-map/vocabulary.ts';
import type { Vault } from '../../crypto/vault.ts';
import { type Contents, csvPath, holderPath, jsonPath } from './contents.ts';
import type { HolderInCopy, HolderRecords } from './holder-in-copy.ts';
import { htmlText } from './html.ts';
import { manifestText } from './manifest.ts';
import { readmeText } from './readme.ts';
import { csvText, jsonText } from './table-files.ts';
import { type FileRecord, zipOf } from './zip.ts';

/** Counts what a copy holds, table by table, before the first row is read. */
export async function countContents(
  snapshot: Snapshot,
  {
    reference,
    sections,
    holders,
  }: { reference: string; sections: readonly Section[]; holders: readonly HolderInCopy[] },
): Promise<Contents> {
  const tables = [];
  for (const table of exportedTables(sections))
    tables.push({ table, rows: await snapshot.count(table) });
  return { reference, takenAt: snapshot.takenAt, sections, tables, holders };
}

/**
 * The archive as a stream of plain ZIP. Each table is read once for each of its files, from the same
 * snapshot.
 *
 * @param read called after every batch with the rows read for data files so far
 * @param answerOf opens what a holder gave, by its task; asked for one at a time
 * @param unreadable values that no key opened, by table; filled by whoever opens them
 */
export function packCopy(
  snapshot: Snapshot,
  contents: Contents,
  {
    vault,
    unreadable,
    answerOf,
    read,
  }: {
    vault: Vault;
    answerOf: (taskId: string) => Promise<HolderRecords>;
    unreadable: ReadonlyMap<string, number>;
    read: (rows: number) => Promise<void>;
  },
): Readable {
  const files: FileRecord[] = [];
  const rows = new Map<string, number>();
  let total = 0;

  async function* counted(
    path: string,
    table: MapTable,
    expected: number,
  ): AsyncGenerator<Value[][]> {
    let count = 0;
    for await (const batch of snapshot.rows(table)) {
      count += batch.length;
      total += batch.length;
      yield batch;
      await read(total);
    }
    // One snapshot, two counts: a difference means that rows were lost on the way.
    if (count !== expected) throw new Error(`${path}: ${count} rows instead of ${expected}`);
    rows.set(path, count);
  }

  const perTable = (pathOf: (table: MapTable) => string, write: typeof jsonText) =>
    contents.tables.map(({ table, rows: expected }) => ({
      path: pathOf(table),
      text: () => write(table, counted(pathOf(table), table, expected)),
    }));
  async function* answerText(path: string, taskId: string): AsyncGenerator<string> {
    const answer = await answerOf(taskId);
    rows.set(path, countRecords(answer));
    yield `${JSON.stringify(answer, null, 2)}\n`;
  }
  return zipOf(
    [
      { path: 'README.txt', text: () => once(() => readmeText(contents)) },
      { path: 'index.html', text: () => htmlText(contents, { snapshot, answerOf }) },
      ...perTable(jsonPath, jsonText),
      ...perTable(csvPath, csvText),
      ...contents.holders.flatMap((holder) => {
        const { taskId } = holder;
        if (!taskId) return [];
        const path = holderPath(holder);
        return [{ path, text: () => answerText(path, taskId) }];
      }),
      {
        path: 'manifest.json',
        text: () => once(() => manifestText(contents, { files, rows, unreadable }, vault)),
      },
    ],
    { mtime: contents.takenAt, written: (file) => files.push(file) },
  );
}

function countRecords({ data }: HolderRecords): number {
  return Object.values(data).reduce((sum, records) => sum + records.length, 0);
}

async function* once(text: () => string): AsyncGenerator<string> {
  yield text();
}
