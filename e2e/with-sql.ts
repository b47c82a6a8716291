import postgres from 'postgres';
import { runningUrl } from '../db/embedded/index.ts';
import { portal } from './fixtures.ts';

/** Asks the database of the portal under test, as its operator. */
export async function withSql<T>(use: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const url = runningUrl(portal.dataDir);
  if (!url) throw new Error('the portal under test has no database of its own');
  const sql = postgres(url, { max: 1 });
  try {
    return await use(sql);
  } finally {
    await sql.end();
  }
}
