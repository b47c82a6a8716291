import { expect, test } from 'vitest';
import { generateKeyring, parseKeyring } from '../../server/crypto/keyring.ts';
import { createVault } from '../../server/crypto/vault.ts';
import type { Connection } from '../connect.ts';
import { deleteOn } from '../data-map/delete-on.ts';
import { columnOf, subjectTables } from '../data-map/index.ts';
import { seedWorld } from './world.ts';

type Row = Record<string, unknown>;

/** Takes what the seed would insert, by the names of tables in the database. */
function collecting(): { connection: Connection; rows: Map<string, Row[]> } {
  const rows = new Map<string, Row[]>();
  const transaction = {
    async unsafe(statement: string, [json]: [string]) {
      const name = /^insert into "(\w+)"/.exec(statement)?.[1] ?? '';
      const known = rows.get(name) ?? [];
      rows.set(name, known);
      for (const row of JSON.parse(json)) known.push(row);
    },
  };
  const sql = Object.assign(async () => [], {
    begin: (work: (tx: unknown) => unknown) => work(transaction),
  });
  return { connection: { sql } as unknown as Connection, rows };
}

test('a world made on the last day of a month holds no row past its delete-on date, and none from the future', async () => {
  const now = new Date('2027-03-31T23:59:00Z');
  const vault = createVault(parseKeyring(generateKeyring()));
  const { connection, rows } = collecting();
  await seedWorld({ connection, vault, now, mostSessions: 5_000 });
  let dated = 0;
  for (const table of subjectTables) {
    const { retention } = table;
    const at = (row: Row, key: string) => {
      const value = row[columnOf(table, key).sqlName];
      return typeof value === 'string' ? new Date(value) : null;
    };
    const wrong = (rows.get(table.sqlName) ?? []).filter((row) => {
      const from = typeof retention === 'string' ? null : at(row, retention.from);
      // The shortest of all statutory periods; none of these rows is near it.
      const gone =
        typeof retention === 'string' || !from
          ? null
          : deleteOn(table, { [retention.from]: from }, 'PL');
      if (gone) dated += 1;
      const order = at(row, table.order);
      return (gone && gone <= now) || (order && order > now);
    });
    expect([table.name, wrong]).toEqual([table.name, []]);
  }
  expect(dated).toBeGreaterThan(100_000);
}, 120_000);
