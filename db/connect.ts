import { PgDialect } from 'drizzle-orm/pg-core';
import {
  drizzle,
  type PostgresJsDatabase,
  PostgresJsSession,
  PostgresJsTransaction,
} from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { driverSettings } from './array-types.ts';
import { prepareFrequent } from './prepared.ts';
import * as schema from './schema/index.ts';
import { guardTransactions } from './transaction-guard.ts';

export type Db = PostgresJsDatabase<typeof schema> & { $client: postgres.Sql };
/** A transaction. A plain connection is not one: it has no `rollback`. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];
export type Connection = { db: Db; sql: postgres.Sql; url: string; close(): Promise<void> };

/** The role of statements that name no subject: sign-in, jobs, retention. */
const SYSTEM_ROLE = 'portal_system';
const IDLE_IN_TRANSACTION_MS = 60_000;
/** No statement on one person's rows holds a connection longer. */
const STATEMENT_MS = '15000';
/** Longest wait between two tries to reach a server that is away. */
const TRY_AGAIN_SECONDS = 0.25;
const dialect = new PgDialect();

/**
 * Opens a pool. Its connections act as `portal_system`; `withSubject` lowers them further. The owner
 * (`role: null`) is for migrations only.
 */
export function connect(
  url: string,
  { max = 10, role = SYSTEM_ROLE }: { max?: number; role?: 'portal_system' | null } = {},
): Connection {
  const sql = postgres(url, {
    ...driverSettings,
    max,
    // The driver would wait up to 20 seconds, and whoever asks meanwhile with it: an outage is told at
    // once, and its end is seen at once.
    backoff: (tries: number) => Math.min(2 ** tries / 100, TRY_AGAIN_SECONDS),
    connection: {
      application_name: 'easellm-privacy',
      TimeZone: 'UTC',
      // Ends a frozen worker: its transaction, and with it its lock, does not outlive this.
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      ...(role ? { role } : {}),
    },
  });
  guardTransactions(prepareFrequent(sql));
  const db = drizzle(sql, { schema });
  return { db, sql, url, close: () => sql.end({ timeout: 5 }) };
}

/**
 * Runs statements on one subject's rows: row-level security hides all others, also from a statement
 * that forgot its filter. `read` may select, and insert audit events; `write` may change rows.
 * The role and the subject are set in the same flight as the first statement and end with the
 * transaction.
 */
export function withSubject<T>(
  db: Db,
  subjectId: string,
  access: 'read' | 'write',
  statements: (tx: Tx) => Promise<T>,
): Promise<T> {
  const role = access === 'read' ? 'portal_read' : 'portal_write';
  const run = db.$client.begin(async (client) => {
    // `execute` sends at once, so that these two settings precede every statement on the wire
    // without waiting for their answer.
    const bound =
      client`select set_config('role', ${role}, true), set_config('app.subject', ${subjectId}, true), set_config('statement_timeout', ${STATEMENT_MS}, true)`.execute();
    // drizzle's own `transaction` would wait for BEGIN and for the settings; this is the same object
    // over our transaction. Its declared types do not admit postgres.js's TransactionSql.
    const session = new PostgresJsSession(
      client as unknown as postgres.Sql,
      dialect,
      undefined,
      {},
    );
    const tx = new PostgresJsTransaction(dialect, session as never, undefined) as unknown as Tx;
    const [, result] = await Promise.all([bound, statements(tx)]);
    return result;
  });
  return run as Promise<T>;
}
