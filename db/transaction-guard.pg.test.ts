import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { test } from '../server/testing/pg.ts';

test('a transaction whose connection the server ended writes nothing more, and the pool goes on', async ({
  connection,
  owner,
}) => {
  let wrote = false;
  const lost = connection.db.transaction(async (tx) => {
    const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    await owner.sql`select pg_terminate_backend(${row?.pid ?? 0})`;
    await tx.execute(sql`select 1`).catch(() => {});
    await tx.execute(
      sql`insert into rate_limit (key, points, expires_at) values ('left behind', 1, now())`,
    );
    wrote = true;
  });
  await expect(lost).rejects.toThrow();
  const rows = await connection.db.execute(sql`select 1 from rate_limit where key = 'left behind'`);
  expect(rows).toHaveLength(0);
  expect(wrote).toBe(false);
});
