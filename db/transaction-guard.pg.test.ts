import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { test } from '../server/testing/pg.ts';

test('a transaction whose connection the server ended sends nothing more, and the pool goes on', async ({
  connection,
  owner,
}) => {
  let later: unknown = null;
  const lost = connection.db.transaction(async (tx) => {
    const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    await owner.sql`select pg_terminate_backend(${row?.pid ?? 0})`;
    await tx.execute(sql`select 1`).catch(() => {});
    try {
      await tx.execute(sql`create table left_behind (id integer)`);
    } catch (cause) {
      later = cause;
    }
  });
  await expect(lost).rejects.toThrow();
  // The callback hears of it a moment after `begin` has rejected.
  await expect.poll(() => later).not.toBeNull();
  const [found] = await connection.db.execute<{ name: string | null }>(
    sql`select to_regclass('left_behind')::text as name`,
  );
  expect(found?.name).toBeNull();
});
