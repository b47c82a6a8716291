import { createHash } from 'node:crypto';
import type { Arena } from './arena.ts';
import { call, nextOf } from './call.ts';
import { again, type Caller, newCaller } from './callers.ts';
import { gateCodes, type Verdict, verdictsOf } from './judge.ts';
import { knownNow, learn, lookFirst } from './known.ts';
import { type Input, inputsFor } from './mix.ts';
import type { Target } from './targets.ts';
import type { Known } from './valid.ts';

/** Inputs that are made at a time, with what is known then. */
const AT_A_TIME = 500;
/** How often an input is sent anew that a caller before it has left no way in for. */
const TRIES = 4;

/** What came of all inputs to one procedure. */
export type Tally = {
  path: string;
  inputs: number;
  /** Taken by the schema. */
  taken: number;
  /** Of these, how many were answered by the procedure and not by who stands before it. */
  reached: number;
  done: number;
  codes: Record<string, number>;
  failures: { input: Input; status: number; body: string }[];
};

type Queued = { input: Input; tries: number };
type Lane = { caller: Caller; filled: boolean; unhelped: number };

/**
 * Sends so many inputs to one procedure, as those who may call it. Whoever can go on no more because of what
 * was done (signed out, recovered, in deletion, over a budget) is replaced, and what only met that is sent anew.
 */
export async function attack(
  arena: Arena,
  target: Target,
  { seed, each, lanes }: { seed: number; each: number; lanes: number },
): Promise<Tally> {
  const { deps } = arena;
  const tally: Tally = {
    path: target.path,
    inputs: 0,
    taken: 0,
    reached: 0,
    done: 0,
    codes: {},
    failures: [],
  };
  const known: Known = { named: {}, any: [] };
  const make = inputsFor(target.schemas, { known, deeper: target.deeper, agree: target.agree });
  const standing: Lane[] = [];
  for (let at = 0; at < lanes; at += 1) {
    const filled = at % 2 === 0;
    standing.push({ caller: await callerOf(arena, target, filled), filled, unhelped: 0 });
  }
  const seen: Record<string, string[]> = {};
  let round = 0;
  await deps.connection.sql`delete from rate_limit`;
  for (let made = 0; made < each; made += AT_A_TIME) {
    const callers = () => standing.map(({ caller }) => caller);
    for (const caller of callers()) await lookFirst(arena, target, caller, seen);
    Object.assign(known, await knownNow(arena, target, callers(), seen));
    const count = Math.min(AT_A_TIME, each - made);
    const queue: Queued[] = make({ seed: seedOf(seed, target.path, made), count }).map((input) => ({
      input,
      tries: 0,
    }));
    tally.inputs += count;
    tally.taken += queue.filter(({ input }) => input.taken).length;
    await Promise.all(
      standing.map(async (lane) => {
        while (queue.length > 0) {
          const batch = nextOf(queue, target);
          const turn = round++;
          const verdicts = await send(arena, target, lane.caller, batch, turn, seen, tally);
          queue.push(...countUp(tally, batch, verdicts));
          await renew(arena, target, lane, verdicts);
        }
      }),
    );
  }
  return tally;
}

/** Somebody who called before, with a new session, or somebody new. */
async function callerOf(
  { deps, standing }: Arena,
  target: Target,
  filled: boolean,
): Promise<Caller> {
  const { assurance, roles } = target.meta;
  const kind = [assurance, roles[0], filled].join();
  const before = standing?.get(kind);
  const caller = before ? await again(deps, target, before) : await newCaller(deps, target, filled);
  standing?.set(kind, caller);
  return caller;
}

function seedOf(seed: number, path: string, made: number): number {
  return createHash('sha256').update(`${seed} ${path} ${made}`).digest().readInt32BE(0);
}

async function send(
  arena: Arena,
  target: Target,
  { cookie }: Caller,
  batch: readonly Queued[],
  turn: number,
  seen: Record<string, string[]>,
  tally: Tally,
): Promise<Verdict[]> {
  const inputs = batch.map(({ input }) => input);
  const started = performance.now();
  const answer = await call(arena, target, cookie, inputs, turn).catch((cause: unknown) => {
    const sent = inputs.map(({ text }) => text?.slice(0, 400)).join('\n  ');
    throw new Error(`no answer of ${target.path} to\n  ${sent}`, { cause });
  });
  arena.onAnswer(answer, { target, inputs, ms: performance.now() - started });
  learn(answer.body, seen);
  const verdicts = verdictsOf(answer, inputs.length);
  for (const [at, { status }] of verdicts.entries()) {
    const input = inputs[at];
    if (status >= 500 && input)
      tally.failures.push({ input, status, body: answer.body.slice(0, 300) });
  }
  return verdicts;
}

/** @returns what is to be sent anew: taken by the schema, and stopped before the procedure */
function countUp(tally: Tally, batch: readonly Queued[], verdicts: readonly Verdict[]): Queued[] {
  const anew: Queued[] = [];
  for (const [at, { input, tries }] of batch.entries()) {
    const { code } = verdicts[at] ?? { code: 'none' };
    const stopped = code !== null && gateCodes.has(code);
    if (input.taken && stopped && tries + 1 < TRIES) {
      anew.push({ input, tries: tries + 1 });
      continue;
    }
    tally.codes[code ?? 'done'] = (tally.codes[code ?? 'done'] ?? 0) + 1;
    if (input.taken && !stopped) tally.reached += 1;
    if (code === null) tally.done += 1;
  }
  return anew;
}

/** Puts somebody in the place of who can go on no more, and empties the budgets that were used up. */
async function renew(
  { deps }: Arena,
  target: Target,
  lane: Lane,
  verdicts: readonly Verdict[],
): Promise<void> {
  const codes = new Set(
    verdicts.flatMap(({ code }) => (code !== null && gateCodes.has(code) ? [code] : [])),
  );
  if (codes.size === 0) {
    lane.unhelped = 0;
    return;
  }
  const { sql } = deps.connection;
  await sql`delete from rate_limit`;
  if (codes.has('SUBJECT_BUDGET_SPENT')) {
    await sql`delete from service_day_subject`;
    await sql`delete from service_day`;
  }
  lane.unhelped += 1;
  const other =
    lane.unhelped > 1 ||
    ['ACCOUNT_READ_ONLY', 'RECOVERY_COOL_DOWN', 'ADDRESS_COOL_DOWN', 'CODE_CHECK_CLOSED'].some(
      (code) => codes.has(code),
    );
  lane.caller = other
    ? await newCaller(deps, target, lane.filled && lane.unhelped < 3)
    : await again(deps, target, lane.caller);
}
