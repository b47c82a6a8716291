// Kills a web and a worker at a time, again and again, and starts them again.
import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 2;
const QUIET_MS = 10_000;

/**
 * Goes on until stopped: SIGKILL to one web and one worker, then their places are taken again; then the
 * other two. The web is killed while nobody waits there for an act of theirs (what comes of an act that
 * is cut off is for `acts.mjs`), but in the middle of whatever else it answers.
 */
export function keepKilling(cluster, { everyMs }) {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pairs = [1, 2].map((number) =>
    cluster.members.filter(({ name }) => name.endsWith(` ${number}`)),
  );
  const done = (async () => {
    for (let round = 0; !signal.aborted; round += 1) {
      await Promise.all(
        pairs[round % pairs.length].map(async (member) => {
          if (member.role === 'web') await untilNoAct(cluster, member);
          await cluster.kill(member);
          await cluster.restart(member);
        }),
      );
      await wait(everyMs * (0.5 + Math.random()), undefined, { signal }).catch(() => {});
    }
  })();
  return {
    /** Resolves when all four run again. */
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function untilNoAct({ balancer }, { port, name }) {
  const deadline = Date.now() + QUIET_MS;
  while (balancer.actsAt(port) > 0) {
    if (Date.now() > deadline) throw new Error(`${name} does not come to the end of its acts`);
    await wait(POLL_MS);
  }
}
