import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import type postgres from 'postgres';

/** Rows of one statement: large enough that statements do not count, small enough to stay in memory. */
const BATCH_ROWS = 4_000;

type Queue = { table: PgTable; rows: object[] };

/** Collects rows by table and inserts them in large statements, one of which is always under way. */
export type Writer = {
  add<T extends PgTable>(table: T, rows: readonly T['$inferInsert'][]): Promise<void>;
  /** Inserts what is left and waits for everything. */
  flush(): Promise<void>;
};

export function createWriter(sql: postgres.ISql): Writer {
  const queues = new Map<PgTable, Queue>();
  let underWay: Promise<void> = Promise.resolve();

  async function send(queue: Queue, rows: object[]): Promise<void> {
    await underWay;
    underWay = insertRows(sql, queue.table, rows as never);
    // The next `send` or `flush` gets the failure; until then nobody waits for it.
    underWay.catch(() => {});
  }
  return {
    async add(table, rows) {
      const queue = queues.get(table) ?? { table, rows: [] };
      queues.set(table, queue);
      for (const row of rows) queue.rows.push(row);
      while (queue.rows.length >= BATCH_ROWS) await send(queue, queue.rows.splice(0, BATCH_ROWS));
    },
    async flush() {
      for (const queue of queues.values()) {
        if (queue.rows.length > 0) await send(queue, queue.rows.splice(0));
      }
      await underWay;
    },
  };
}

/**
 * Inserts rows in a few large statements, each with one JSON parameter that PostgreSQL takes apart
 * itself. COPY is not an option: it does not work under row-level security.
 */
export async function insertRows<T extends PgTable>(
  sql: postgres.ISql,
  table: T,
  rows: readonly T['$inferInsert'][],
): Promise<void> {
  if (rows.length === 0) return;
  const { name: tableName, columns } = getTableConfig(table);
  const keys = Object.entries(table).filter(([key]) => rows.some((row) => Object.hasOwn(row, key)));
  const present = columns.flatMap((column) => {
    const key = keys.find(([, own]) => own === column)?.[0];
    return key === undefined ? [] : [{ name: column.name, key }];
  });
  const list = present.map(({ name }) => `"${name}"`).join(', ');
  const statement = `insert into "${tableName}" (${list}) select ${list} from json_populate_recordset(null::"${tableName}", $1::text::json)`;
  for (let start = 0; start < rows.length; start += BATCH_ROWS) {
    const batch = rows.slice(start, start + BATCH_ROWS).map((row) => {
      const values: Record<string, unknown> = row;
      return Object.fromEntries(present.map(({ name, key }) => [name, values[key]]));
    });
    await sql.unsafe(statement, [JSON.stringify(batch)]);
  }
}
