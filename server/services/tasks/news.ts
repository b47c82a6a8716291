import type { Deps } from '../../deps.ts';

type Waiter = () => void;

/** Who waits for tasks in this process; one LISTEN connection serves all. */
const waiters = new WeakMap<Deps['connection'], Set<Waiter>>();

/** Waits until holders were asked for something, at most `maxWaitMs`, or until aborted. */
export async function taskNews(
  deps: Deps,
  { maxWaitMs, signal }: { maxWaitMs: number; signal: AbortSignal | undefined },
): Promise<void> {
  const waiting = waiters.get(deps.connection) ?? listen(deps);
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      waiting.delete(done);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, maxWaitMs);
    waiting.add(done);
    signal?.addEventListener('abort', done, { once: true });
  });
}

function listen(deps: Deps): Set<Waiter> {
  const waiting = new Set<Waiter>();
  waiters.set(deps.connection, waiting);
  deps.connection.sql
    .listen('holder_task', () => {
      for (const wake of [...waiting]) wake();
    })
    .catch((cause: unknown) => {
      waiters.delete(deps.connection);
      deps.log.warn({ err: cause }, 'cannot listen for tasks; polling only');
    });
  return waiting;
}
