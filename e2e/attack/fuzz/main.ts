// Every procedure of the customers', the staff's and the services' router under thousands of inputs made of
// its own schema, over HTTP, at the built portal in a process of its own. No answer is a failure, the process
// goes on, and what is planted in other people's rows, in statements and in secrets is told to nobody.
import { attack, type Tally } from '../../../server/testing/fuzz/attack.ts';
import { allTargets, routers, type Target } from '../../../server/testing/fuzz/targets.ts';
import { check, runAttack, say } from '../program.ts';
import { type Ground, startGround } from './ground.ts';

const EACH = 10_000;
const LANES = 3;
/** Of all inputs to a procedure, how many its schema has to take, at least. */
const TAKEN = 0.2;
/** Of those that are taken, how many have to come to the procedure itself. */
const REACHED = 0.9;
/** Answers that 99 of 100 stay under, ms. */
const P99_MS = 250;
const MIB = 1_048_576;

await runAttack('fuzz', async ({ seed, number, text }) => {
  const each = number('each', EACH);
  const lanes = number('lanes', LANES);
  const only = text('only');
  const router = text('router');
  const ground = await startGround();
  try {
    const targets = allTargets().filter(
      (one) => (!only || one.path.includes(only)) && (!router || one.router === router),
    );
    for (const name of routers) {
      const ofRouter = targets.filter((one) => one.router === name);
      if (ofRouter.length > 0) await attackRouter(ground, ofRouter, { seed, each, lanes });
    }
    await ground.look();
  } finally {
    await ground.stop();
  }
});

async function attackRouter(
  ground: Ground,
  targets: readonly Target[],
  options: { seed: number; each: number; lanes: number },
): Promise<void> {
  const [router] = targets.map((one) => one.router);
  const before = ground.resident();
  const started = performance.now();
  const tallies: Tally[] = [];
  for (const target of targets) {
    const begun = performance.now();
    const tally = await attack(ground.arena, target, options).catch(async (cause: unknown) => {
      const ended = await ground.endedSoon();
      check(`${target.path}, ends of the process`, false, ended ?? 'a call without an answer');
      throw cause;
    });
    tallies.push(tally);
    const seconds = (performance.now() - begun) / 1_000;
    say(`${line(tally)}, p99 ${ground.p99(target.path)} ms, ${seconds.toFixed(1)} s`);
    for (const { input, status, body } of tally.failures.slice(0, 3))
      say(`  ${status} ${input.made} ${input.text?.slice(0, 400)} → ${body}`);
  }
  const all = `${targets.length} procedures of ${router}`;
  const inputs = tallies.reduce((sum, one) => sum + one.inputs, 0);
  check(`${all}, inputs`, inputs === targets.length * options.each, inputs);
  const least = lowest(tallies, ({ taken, inputs }) => taken / inputs);
  check(
    `${all}, taken by the schema, least of one, ${TAKEN} at least`,
    least.share >= TAKEN,
    told(least),
  );
  const reached = lowest(tallies, ({ reached, taken }) => reached / taken);
  check(
    `${all}, reached by what was taken, least of one, ${REACHED} at least`,
    reached.share >= REACHED,
    told(reached),
  );
  const failures = tallies.reduce((sum, one) => sum + one.failures.length, 0);
  check(`${all}, answers of 5xx`, failures === 0, failures);
  check(`${all}, ends of the process`, ground.ended() === null, ground.ended() ?? 0);
  const p99 = ground.p99Of(router ?? 'customers');
  check(`${all}, answers p99, ms, under ${P99_MS}`, p99 < P99_MS, p99);
  const seconds = (performance.now() - started) / 1_000;
  const done = tallies.reduce((sum, one) => sum + one.done, 0);
  const taken = tallies.reduce((sum, one) => sum + one.taken, 0);
  const share = ((100 * taken) / inputs).toFixed(1);
  say(
    `${all}: ${share} % taken, ${done} done, ${seconds.toFixed(0)} s, ${(before / MIB).toFixed(0)} MiB before and ${(ground.resident() / MIB).toFixed(0)} after`,
  );
}

function line({ path, inputs, taken, reached, done, codes }: Tally): string {
  const refused = Object.entries(codes)
    .filter(([code]) => code !== 'done' && code !== 'INPUT_REFUSED')
    .sort(([, a], [, b]) => b - a)
    .slice(0, 4)
    .map(([code, count]) => `${code} ${count}`);
  const percent = ((100 * taken) / inputs).toFixed(0);
  return `${path}: ${inputs}, taken ${percent} %, reached ${reached}, done ${done}${refused.length > 0 ? ` (${refused.join(', ')})` : ''}`;
}

type Lowest = { share: number; path: string };

function lowest(tallies: readonly Tally[], shareOf: (tally: Tally) => number): Lowest {
  return tallies
    .map((tally) => ({ share: shareOf(tally), path: tally.path }))
    .reduce((least, one) => (one.share < least.share ? one : least), { share: 1, path: 'none' });
}

function told({ share, path }: Lowest): string {
  return `${(100 * share).toFixed(1)} % (${path})`;
}
