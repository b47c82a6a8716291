import { testDeps } from '../../../server/testing/deps.ts';
import { insertStaff } from '../../../server/testing/people.ts';
import { shorten } from '../../../server/testing/walks/shorten.ts';
import type { Tally } from '../../../server/testing/walks/state.ts';
import {
  type Ground,
  planFrom,
  takeAgain,
  takeDrawn,
  textOfPlan,
} from '../../../server/testing/walks/walk.ts';
import { startWorld } from '../world.ts';

/** Walks that one process takes: every `stride`th, from the first on. */
export type Share = {
  seed: number;
  steps: number;
  walks: number;
  first: number;
  stride: number;
  /** Tells each step. */
  aloud?: boolean;
  /** Steps that are to be taken, in place of those that the seed draws. */
  again?: string;
};

/** What came of them. */
export type Report = {
  walks: number;
  steps: number;
  signedIn: number;
  letIn: number;
  cases: number;
  faults: string[];
  told: string[];
  tally: [string, NonNullable<ReturnType<Tally['get']>>][];
};

/** After so many the portal is wrong enough. */
const MOST_FAULTS = 3;
const PROGRESS_MS = 60_000;

// Thousands of refusals are looked at by their codes alone.
Error.stackTraceLimit = 0;

const share = JSON.parse(process.argv[2] ?? '{}') as Share;
const report = await walkShare(share);
process.send?.(report, () => process.exit(0));

async function walkShare({ seed, steps, walks, first, stride, aloud, again }: Share) {
  const world = await startWorld({ max: 4 });
  const deps = testDeps(world.connection);
  const staff = [
    await insertStaff(deps, { label: 'Support agent S-91' }),
    await insertStaff(deps, { label: 'Support agent S-92' }),
  ] as const;
  const tally: Tally = new Map();
  const ground: Ground = { deps, staff, tally };
  const all: Report = {
    walks: 0,
    steps: 0,
    signedIn: 0,
    letIn: 0,
    cases: 0,
    faults: [],
    told: [],
    tally: [],
  };
  let told = performance.now();
  for (let index = first; index < walks && all.faults.length < MOST_FAULTS; index += stride) {
    const walked = again
      ? { ...(await takeAgain(ground, planFrom(again))), start: planFrom(again).start }
      : await takeDrawn(ground, { seed, index, length: steps });
    const { walk, fault, start } = walked;
    all.walks += 1;
    all.steps += walked.steps.length;
    all.signedIn += walk.sessions.some(({ kind, proved }) => kind === 'user' && proved) ? 1 : 0;
    all.letIn += walk.letIn.size > 0 ? 1 : 0;
    all.cases += walk.recovery ? 1 : 0;
    if (aloud) all.told.push(...walked.told);
    if (fault) {
      const plan = { start, steps: walked.steps };
      const short = aloud ? plan : await shorten({ ...ground, tally: new Map() }, plan);
      const lines = aloud ? [] : (await takeAgain({ ...ground, tally: new Map() }, short)).told;
      all.faults.push(
        [
          `walk ${index}: ${fault}`,
          ...lines.map((line) => `  ${line}`),
          `  again: --again '${textOfPlan(short)}', or --seed ${seed} --walk ${index}`,
        ].join('\n'),
      );
    }
    if (performance.now() - told > PROGRESS_MS) {
      told = performance.now();
      process.stdout.write(`     ${all.walks} walks in process ${first}\n`);
    }
  }
  all.tally = [...tally];
  await world.stop();
  return all;
}
