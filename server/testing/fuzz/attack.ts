import { createHash } from 'node:crypto';
import type { Deps } from '../../deps.ts';
import { askAbout, claimAll } from '../../services/tasks/testing.ts';
import type { Answer, Ask } from '../ask.ts';
import { insertCustomer } from '../people.ts';
import { leavesOf } from '../schemas.ts';
import { again, type Caller, newCaller } from './callers.ts';
import { gateCodes, type Verdict, verdictsOf } from './judge.ts';
import { namesOf } from './known.ts';
import { type Input, inputsFor } from './mix.ts';
import type { Target } from './targets.ts';
import type { Known } from './valid.ts';

/** The portal's own bound. */
const MAX_BATCH = 8;
/** Longer ones go alone, so that no batch is refused for its length. */
const LONG = 7_000;
/** Inputs that are made at a time, with what is known then. */
const AT_A_TIME = 500;
/** How often an input is sent anew that a caller before it has left no way in for. */
const TRIES = 4;
const KEPT = 30;
/** People about whom holders are asked at a time. */
const ASKED = 3;

/**
 * Sent one at a time: what takes tens of milliseconds, for in a batch one answer would be as long as eight; and
 * what ends the session it came with, for the others of a batch would find none.
 */
const alone: ReadonlySet<string> = new Set([
  'auth.signIn',
  'auth.changePassword',
  'auth.finishRecovery',
  'auth.makeRecoveryCodes',
  'signUp.complete',
  'lostFactors.begin',
  'access.overview',
  'access.section',
  'access.search',
  'requests.copyChoices',
  'requests.previewErasure',
  'oversight.register',
  'alarm.raise',
  'auth.stepUp',
  'auth.signOut',
  'desk.stepUp',
  'desk.signOut',
]);

/** Services and streams know no batches. */
function goesAlone({ path, router, type }: Target): boolean {
  return router === 'services' || type === 'subscription' || alone.has(path);
}

/** Where calls go, and as whom. */
export type Arena = {
  deps: Deps;
  /** The listener of people. */
  ask: Ask;
  /** A call of a service, signed; by turns of each that may make it. */
  askAsService: (path: string, body: string, turn: number) => Promise<Answer>;
  /** Ids of rows of people whom nobody here is: who names them gets nothing of theirs. */
  others: Readonly<Record<string, readonly string[]>>;
  /** Whose ids staff and services may name. */
  customers: Readonly<Record<string, readonly string[]>>;
  /** Who called before, by kind, and calls again; without it everybody is new for each procedure. */
  standing?: Map<string, Caller>;
  /** Told each answer as it came. */
  onAnswer: (
    answer: Answer,
    told: { target: Target; inputs: readonly Input[]; ms: number },
  ) => void;
};

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
    for (const { caller } of standing) await lookFirst(arena, target, caller, seen);
    Object.assign(known, await knownNow(arena, target, standing, seen));
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
          const batch = nextOf(queue, goesAlone(target));
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

/** Pages that people come from, which show what the next call names. */
const pagesBefore: Record<string, string> = {
  'requests.confirmErasure': 'requests.previewErasure',
  'auth.endSession': 'auth.sessions',
  'auth.renameFactor': 'auth.securityState',
  'auth.removeFactor': 'auth.securityState',
  'overview.readNotice': 'overview.state',
  'consent.receipt': 'consent.communication',
  'supportViews.end': 'supportViews.list',
  'supportViews.answer': 'supportViews.list',
  'services.retire': 'services.list',
};

async function lookFirst(
  arena: Arena,
  target: Target,
  { cookie }: Caller,
  seen: Record<string, string[]>,
): Promise<void> {
  const path = pagesBefore[target.path];
  if (path === undefined) return;
  const input: Input = { made: 'valid', text: '{}', taken: true };
  const { body } = await call(arena, { ...target, path, type: 'query' }, cookie, [input], 0);
  learn(body, seen);
}

function seedOf(seed: number, path: string, made: number): number {
  return createHash('sha256').update(`${seed} ${path} ${made}`).digest().readInt32BE(0);
}

/** What makes sense together, where most values would end a call at its first rule. */
const sensible: Record<string, readonly unknown[]> = {
  day: [1, 28],
  month: [2, 12],
  year: [1948, 1990, 2001, 2012],
  waitSeconds: [0],
  claim: [1, 2],
  graceDays: [0, 7],
};

/** Who is there, what is theirs, and what is others'. */
async function knownNow(
  { deps, others, customers }: Arena,
  target: Target,
  standing: readonly Lane[],
  seen: Readonly<Record<string, readonly string[]>>,
): Promise<Known> {
  // Where nothing is named there is nothing to know.
  if (target.schemas.every((schema) => leavesOf(schema).length === 0))
    return { named: {}, any: [] };
  const ids = standing.flatMap(({ caller }) => caller.person?.subjectId ?? []);
  const own = ids.length > 0 ? await namesOf(deps.connection, ids) : {};
  const people = target.router === 'customers' ? others : customers;
  if (target.path.startsWith('tasks.')) await askHolders(deps, target);
  const named: Record<string, unknown[]> = {};
  const add = (more: Readonly<Record<string, readonly unknown[]>>) => {
    for (const [key, values] of Object.entries(more))
      named[key] = [...(named[key] ?? []), ...values];
  };
  add(own);
  add(people);
  add(seen);
  for (const { caller } of standing) add(caller.named);
  add(sensible);
  // A case is called by its reference, under whatever key.
  for (const key of ['ticket', 'confirms']) add({ [key]: (named['reference'] ?? []) as string[] });
  const any = [
    ...new Set([...Object.values(own), ...Object.values(people), ...Object.values(seen)].flat()),
  ];
  return { named, any };
}

/** Gives holders something to do, and hands it out where it is to be answered. */
async function askHolders(deps: Deps, { path }: Target): Promise<Record<string, string[]>> {
  const kinds = ['read', 'export', 'restrict', 'erase', 'verify_erased'] as const;
  const accounts: string[] = [];
  for (let asked = 0; asked < ASKED; asked += 1) {
    const { subjectId } = await insertCustomer(deps);
    await askAbout(deps, subjectId, { kinds });
    accounts.push(subjectId);
  }
  if (path === 'tasks.answer')
    for (const holder of ['paylane', 'tallymetric']) await claimAll(deps, holder);
  const { id = [] } = await namesOf(deps.connection, accounts);
  return { account: accounts, task: id };
}

/** The next inputs that can go in one request. */
function nextOf(queue: Queued[], alone: boolean): Queued[] {
  const batch: Queued[] = [];
  while (queue.length > 0 && batch.length < (alone ? 1 : MAX_BATCH)) {
    const [next] = queue as [Queued];
    const single = isSingle(next.input);
    if (single && batch.length > 0) break;
    batch.push(next);
    queue.shift();
    if (single) break;
  }
  return batch;
}

function isSingle({ text }: Input): boolean {
  if (text === null) return false;
  if (text.length > LONG) return true;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
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
  const answer = await call(arena, target, cookie, inputs, turn);
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

async function call(
  { deps, ask, askAsService }: Arena,
  { path, type, router }: Target,
  cookie: string | null,
  inputs: readonly Input[],
  turn: number,
): Promise<Answer> {
  const [first] = inputs;
  if (router === 'services') return askAsService(path, first?.text ?? '', turn);
  const door = router === 'staff' ? '/console/trpc' : '/trpc';
  const headers = {
    origin: new URL(deps.env.PUBLIC_URL).origin,
    'content-type': 'application/json',
    // One proxy is trusted: each call comes from a network of its own.
    'x-forwarded-for': networkOf(turn),
    ...(cookie ? { cookie } : {}),
  };
  if (type === 'subscription') {
    const input =
      first?.text == null ? '' : `?input=${encodeURIComponent(first.text.toWellFormed())}`;
    return ask(`${door}/${path}${input}`, { headers, enough: saidSomething });
  }
  if (first && isSingle(first))
    return ask(`${door}/${path}`, { method: 'POST', headers, body: first.text ?? '' });
  const paths = inputs.map(() => path).join(',');
  const fields = inputs.flatMap(({ text }, at) => (text === null ? [] : [`"${at}":${text}`]));
  return ask(`${door}/${paths}?batch=1`, {
    method: 'POST',
    headers,
    body: `{${fields.join(',')}}`,
  });
}

/** An address in a network of its own: what counts as one is a /24. */
function networkOf(turn: number): string {
  return [11 + ((turn >> 16) & 63), (turn >> 8) & 255, turn & 255, 7].join('.');
}

/** A stream says that it is there, and then what it is asked for, or that it refuses. */
function saidSomething(text: string): boolean {
  return text.split('\ndata: ').length > 2;
}

const LEARNT =
  /"(id|handle|reference|cursor|next|nextCursor|token|planHash|key|challenge|task|claim)":"([^"]{4,1000})"/g;

/** What answers name can be named back. */
function learn(body: string, seen: Record<string, string[]>): void {
  if (body.length > 60_000) return;
  for (const [, key = '', value = ''] of body.matchAll(LEARNT)) {
    const name = /^next/.test(key) ? 'cursor' : key;
    seen[name] = [...(seen[name] ?? []), value].slice(-KEPT);
  }
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
