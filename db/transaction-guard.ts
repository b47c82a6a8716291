import { setImmediate as afterIo } from 'node:timers/promises';
import type postgres from 'postgres';

type Callback = (client: postgres.TransactionSql) => unknown;

/**
 * Lets a transaction end with its connection. postgres.js rejects `begin` when the server closes the
 * connection, but the callback goes on: its next statement, or the driver's own ROLLBACK behind it, would
 * be written to a socket that is gone (which throws outside of every promise), or, once the pool has
 * reconnected, run outside of any transaction or inside somebody else's. Here such a callback can send
 * nothing more, and when it ends nothing is sent for it.
 */
export function guardTransactions(sql: postgres.Sql): postgres.Sql {
  const begin = sql.begin.bind(sql) as (options: string, callback: Callback) => Promise<unknown>;
  const guarded = (first: string | Callback, second?: Callback) => {
    const [options, callback] =
      typeof first === 'string' ? [first, second as Callback] : ['', first];
    let over = false;
    const run = begin(options, async (client) => {
      try {
        return await callback(fenced(client, () => over));
      } catch (cause) {
        // A statement that fails with the connection is heard of just before the connection is.
        await afterIo();
        throw cause;
      } finally {
        // `begin` has rejected already, and nobody waits for this.
        if (over) await new Promise(() => {});
      }
    });
    return run.catch((cause) => {
      over = true;
      throw cause;
    });
  };
  sql.begin = guarded as unknown as typeof sql.begin;
  return sql;
}

class TransactionOverError extends Error {
  override name = 'TransactionOverError';
  readonly code = 'TRANSACTION_OVER';
}

function fenced(client: postgres.TransactionSql, over: () => boolean): postgres.TransactionSql {
  const check = () => {
    if (over()) throw new TransactionOverError('the connection of this transaction is gone');
  };
  return new Proxy(client, {
    apply(target, self, args) {
      check();
      return Reflect.apply(target as never, self, args);
    },
    get(target, name, receiver) {
      if (name === 'unsafe' || name === 'savepoint') check();
      return Reflect.get(target, name, receiver);
    },
  });
}
