// Fifty people who sign in at once, with password and code: all come in, and the portal goes on answering
// others meanwhile. Those who ask run in the same process, so its event loop has their work as well.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { codeAt } from '../../../server/auth/totp.ts';
import { insertCustomer, type Person } from '../../../server/testing/people.ts';
import { browserAt, done } from '../browser.ts';
import { startPortal } from '../portal.ts';
import { check, runAttack, say } from '../program.ts';
import { startWorld } from '../world.ts';

const PEOPLE = 50;
const ROUNDS = 5;
/** Event-loop delay that 99 of 100 samples stay under, ms. */
const DELAY_MS = 50;
const NANO_PER_MS = 1e6;
const RESOLUTION_MS = 5;

await runAttack('sign-ins', async ({ number }) => {
  const rounds = number('rounds', ROUNDS);
  const count = number('people', PEOPLE);
  // 0: what else the machine does at that time is not to be measured.
  const delayMs = number('delay-ms', DELAY_MS);
  const world = await startWorld();
  const portal = await startPortal(world);
  try {
    // What is run for the first time is compiled; nobody waits for that in a portal that has run a minute.
    await signInAll(await people(portal.deps));
    for (let round = 0; round < rounds; round += 1) {
      const everybody = await people(portal.deps);
      const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      delay.enable();
      const started = performance.now();
      const took = await signInAll(everybody);
      const all = performance.now() - started;
      delay.disable();
      const p99 = delay.percentile(99) / NANO_PER_MS;
      check(`round ${round}: signed in, of ${count} at once`, took.length === count, took.length);
      const figure = `${p99.toFixed(1)} (longest ${(delay.max / NANO_PER_MS).toFixed(1)}, ${delay.count} samples)`;
      if (delayMs === 0) say(`event-loop delay p99, ms: ${figure}`);
      else
        check(
          `round ${round}: event-loop delay p99, ms, ${delayMs} at most`,
          p99 < delayMs,
          figure,
        );
      const sorted = took.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]?.toFixed(0);
      say(`sign-in p50 ${at(0.5)} ms, p95 ${at(0.95)} ms; all after ${all.toFixed(0)} ms`);
    }
  } finally {
    await portal.stop();
    await world.stop();
  }

  function people(deps: typeof portal.deps): Promise<Person[]> {
    return Promise.all(Array.from({ length: count }, () => insertCustomer(deps)));
  }

  /** @returns how long each of those took who came in, ms */
  async function signInAll(everybody: readonly Person[]): Promise<number[]> {
    const took = await Promise.all(
      everybody.map(async (person) => {
        const browser = browserAt(portal.url);
        const started = performance.now();
        const { email, password, totpSecret } = person;
        done(await browser.call('auth.signIn', { email, password }));
        done(await browser.call('auth.verifyCode', { code: codeAt(totpSecret, new Date()) }));
        const ms = performance.now() - started;
        const { status } = await browser.call('auth.me');
        return status === 200 ? ms : null;
      }),
    );
    return took.filter((ms) => ms !== null);
  }
});
