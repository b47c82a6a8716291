import type postgres from 'postgres';
import type { Connection } from '../connect.ts';
import { columnOf, type MapTable, subjectTables } from './index.ts';
import { shownBy } from './shown.ts';
import { type Unseal, type Value, visibleColumns, wireValueOf as wireValue } from './view.ts';
import type { Section } from './vocabulary.ts';

/** Rows fetched at a time: enough to keep the database busy, little enough to stay flat in memory. */
const FETCH_ROWS = 1_000;

/** One subject's data at one moment. Tables are read one after the other, never two at once. */
export type Snapshot = {
  takenAt: Date;
  /** Exact number of rows that `rows` will give. */
  count(table: MapTable): Promise<number>;
  /**
   * Rows, newest first, in batches; values stand in the order of `visibleColumns`, moments are ISO 8601.
   * @throws {Error} when the database ends the snapshot before the last row
   */
  rows(table: MapTable, options?: { limit?: number }): AsyncGenerator<Value[][]>;
};

/**
 * Tables from which something is exported, chapter by chapter: those with a column that is about the
 * person. Secrets and technical columns never are.
 */
export function exportedTables(chosen: readonly Section[]): MapTable[] {
  return chosen.flatMap((section) =>
    subjectTables.filter((table) => table.section === section && visibleColumns(table).length > 0),
  );
}

/**
 * Reads one subject's data as it is at one moment: one read-only transaction in isolation level
 * `repeatable read`, under the role that row-level security binds to this subject. Nothing is buffered
 * beyond one batch, so that memory does not grow with the data.
 *
 * @param unseal opens sealed values; null for one that no key opens
 * @param signal ends the statement that runs, also one that waits for a lock
 */
export function inSnapshot<T>(
  { sql: pool }: Pick<Connection, 'sql'>,
  { subjectId, unseal, signal }: { subjectId: string; unseal: Unseal; signal: AbortSignal },
  read: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const run = pool.begin('isolation level repeatable read read only', async (client) => {
    await client`select set_config('role', 'portal_read', true), set_config('app.subject', ${subjectId}, true)`;
    // The snapshot is the one of the first statement after BEGIN that reads: this moment, or just before.
    const [clock] = await client<{ now: string }[]>`select clock_timestamp()::text as now`;
    const takenAt = new Date(clock?.now ?? Number.NaN);
    const only = (table: MapTable) => condition(client, table, { subjectId, takenAt });

    return read({
      takenAt,
      async count(table) {
        const [row] = await cancellable(
          client<
            { n: string }[]
          >`select count(*) as n from ${client(table.sqlName)} where ${only(table)}`,
          signal,
        );
        return Number(row?.n);
      },
      async *rows(table, { limit } = {}) {
        const columns = visibleColumns(table);
        const selected = client(columns.map(({ sqlName }) => sqlName));
        const most = limit === undefined ? client`` : client`limit ${limit}`;
        // A cursor in SQL, not of the driver: each fetch is a statement that succeeds or fails by itself.
        await cancellable(
          client`declare copy_rows no scroll cursor for
            select ${selected} from ${client(table.sqlName)} where ${only(table)} order by ${newestFirst(client, table)} ${most}`,
          signal,
        );
        for (;;) {
          const batch = await cancellable(
            client.unsafe(`fetch ${FETCH_ROWS} from copy_rows`),
            signal,
          );
          if (batch.length > 0) {
            yield batch.map((row) =>
              columns.map((column) => {
                const value: unknown = row[column.sqlName] ?? null;
                return wireValue(
                  table,
                  column,
                  value === null ? null : column.column.mapFromDriverValue(value),
                  unseal,
                );
              }),
            );
          }
          if (batch.length < FETCH_ROWS) break;
        }
        await client`close copy_rows`;
      },
    });
  });
  return run as Promise<T>;
}

type Client = postgres.TransactionSql;

/** The subject's rows; of events, those that may already be shown. */
function condition(
  client: Client,
  table: MapTable,
  { subjectId, takenAt }: { subjectId: string; takenAt: Date },
) {
  const subject = client(columnOf(table, table.subject).sqlName);
  const shown = shownBy(table, table.sqlName, takenAt);
  return client`${subject} = ${subjectId}::uuid ${shown === null ? client`` : client.unsafe(`and ${shown}`)}`;
}

function newestFirst(client: Client, table: MapTable) {
  const keys = [
    table.order,
    ...table.primaryKey.filter((key) => key !== table.subject && key !== table.order),
  ];
  return keys
    .map((key) => client`${client(columnOf(table, key).sqlName)} desc`)
    .reduce((list, next) => client`${list}, ${next}`);
}

async function cancellable<T>(
  query: PromiseLike<T> & { cancel(): unknown },
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const cancel = () => query.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await query;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
