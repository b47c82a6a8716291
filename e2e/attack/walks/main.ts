// Random walks over everything that decides who is signed in: several browsers of one person, and strangers
// who know the password, read the mailbox, or both. What must be so is kept beside the portal, and compared
// with its answers and its rows after every step. Each process walks on a PostgreSQL of its own.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { appRouter } from '../../../server/root.ts';
import type { Tally } from '../../../server/testing/walks/state.ts';
import { walkProcedures } from '../../../server/trpc/boot-check.ts';
import { check, type Options, runAttack, say } from '../program.ts';
import type { Report, Share } from './share.ts';

const WALKS = 10_000;
const STEPS = 60;
/** Of a hundred walks so many at least have somebody signed in who may be. */
const SIGNED_IN = 0.75;
/** A procedure that did what it does less than once in so many walks was hardly walked. */
const WALKS_PER_DONE = 250;
/** What decides who is signed in, and how. */
const rooms = ['auth.', 'signUp.', 'alarm.', 'lostFactors.', 'lostFactorsDesk.'];
const addresses = [
  'account.askEmailChange',
  'account.confirmEmailChange',
  'account.undoEmailChange',
];

await runAttack('walks', async (options) => {
  const { seed, number, text } = options;
  const again = text('again');
  if (again) return takeOne(options, { again });
  if (text('walk') !== undefined) return takeOne(options, {});
  const [walks, steps] = [number('walks', WALKS), number('steps', STEPS)];
  const processes = Math.min(number('processes', availableParallelism()), walks);
  const started = performance.now();
  const reports = await Promise.all(
    Array.from({ length: processes }, (_, first) =>
      walkIn({ seed, steps, walks, first, stride: processes }),
    ),
  );
  const seconds = (performance.now() - started) / 1_000;
  const sum = (of: keyof Report & ('walks' | 'steps' | 'signedIn' | 'letIn' | 'cases')) =>
    reports.reduce((all, report) => all + report[of], 0);
  const tally = tallied(reports);
  for (const [name, { called, done, paused }] of [...tally].sort())
    say(`${name.padEnd(30)} ${called} called, ${done} done, ${paused} put off by a budget`);
  say(`${sum('steps')} steps, ${(sum('steps') / seconds).toFixed(0)} a second`);
  const faults = reports.flatMap((report) => report.faults);
  check(`walks of ${steps} steps`, sum('walks') === walks, `${sum('walks')} of ${walks}`);
  check('walks in which the portal did otherwise than it must', faults.length === 0, faults.length);
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  const least = Math.ceil(walks * SIGNED_IN);
  check(
    `walks in which somebody signed in who may, ${least} at least`,
    sum('signedIn') >= least,
    sum('signedIn'),
  );
  const often = Math.ceil(walks / WALKS_PER_DONE);
  check(
    `cases about lost factors that were opened, ${often} at least`,
    sum('cases') >= often,
    sum('cases'),
  );
  check(
    `walks in which two of support let a stranger in after three days, ${often} at least`,
    sum('letIn') >= often,
    sum('letIn'),
  );
  const seldom = procedures().filter((name) => (tally.get(name)?.done ?? 0) < often);
  check(
    `procedures that did what they do ${often} times at least`,
    seldom.length === 0,
    seldom.length === 0
      ? procedures().length
      : seldom.map((name) => `${name} ${tally.get(name)?.done ?? 0}`).join(', '),
  );
});

/** Every act of these rooms; what only reads is no step. */
function procedures(): string[] {
  return walkProcedures(appRouter)
    .filter(({ type }) => type === 'mutation')
    .map(({ path }) => path)
    .filter((path) => rooms.some((room) => path.startsWith(room)) || addresses.includes(path));
}

async function takeOne({ seed, number }: Options, { again }: { again?: string }): Promise<void> {
  const walk = number('walk', 0);
  const share = { seed, steps: number('steps', STEPS), walks: walk + 1, first: walk, stride: 1 };
  const { faults, told } = await walkIn({ ...share, aloud: true, ...(again && { again }) });
  for (const line of told) say(line);
  check(
    'steps after which the portal did otherwise than it must',
    faults.length === 0,
    faults.length,
  );
}

/** Walks in a process of its own, which ends with its database. */
function walkIn(share: Share): Promise<Report> {
  const child = fork(join(import.meta.dirname, 'share.ts'), [JSON.stringify(share)], {
    execArgv: [...process.execArgv, '--max-semi-space-size=64'],
  });
  return new Promise((resolve, reject) => {
    let report: Report | null = null;
    child.on('message', (message) => {
      report = message as Report;
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      report ? resolve(report) : reject(new Error(`a share of the walks ended with ${code}`)),
    );
  });
}

function tallied(reports: readonly Report[]): Tally {
  const all: Tally = new Map();
  for (const [name, { called, done, paused }] of reports.flatMap(({ tally }) => tally)) {
    const sum = all.get(name) ?? { called: 0, done: 0, paused: 0 };
    all.set(name, {
      called: sum.called + called,
      done: sum.done + done,
      paused: sum.paused + paused,
    });
  }
  return all;
}
