import type { Deps } from '../deps.ts';

type Listener = () => void;

/** Request ids with those who wait for them, of one process; one LISTEN connection serves all. */
const listeners = new Map<string, Set<Listener>>();
const listening = new WeakMap<Deps['connection'], Promise<unknown>>();

/**
 * Yields once it listens, then each time a request moves, and at least every `maxWaitMs`, until aborted. A notification that
 * is lost costs one wait, never the truth: the watcher reads the rows each time.
 */
export async function* changesOf(
  deps: Deps,
  { requestId, signal, maxWaitMs }: { requestId: string; signal: AbortSignal; maxWaitMs: number },
): AsyncGenerator<void> {
  const started = listening.get(deps.connection) ?? listen(deps);
  listening.set(deps.connection, started);
  await started;
  let wake: Listener = () => {};
  let moved = true;
  const listener = () => {
    moved = true;
    wake();
  };
  const own = listeners.get(requestId) ?? new Set();
  listeners.set(requestId, own.add(listener));
  signal.addEventListener('abort', listener);
  try {
    while (!signal.aborted) {
      if (!moved) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, maxWaitMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      moved = false;
      if (!signal.aborted) yield;
    }
  } finally {
    signal.removeEventListener('abort', listener);
    own.delete(listener);
    if (own.size === 0) listeners.delete(requestId);
  }
}

function listen(deps: Deps): Promise<unknown> {
  return deps.connection.sql
    .listen('request', (id) => {
      for (const listener of listeners.get(id) ?? []) listener();
    })
    .catch((cause: unknown) => {
      listening.delete(deps.connection);
      deps.log.warn({ err: cause }, 'cannot listen for progress; polling only');
    });
}
