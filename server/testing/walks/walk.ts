import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import type { Deps } from '../../deps.ts';
import { grown, visitor } from '../../sign-up/testing.ts';
import { runWaiting } from '../jobs.ts';
import { emptyJar, insertCustomer, type Person } from '../people.ts';
import { acts } from './acts.ts';
import { PASSWORD } from './acts-sign-up.ts';
import { call, from, readMail } from './call.ts';
import { cheapHash } from './cheap-hash.ts';
import { compare } from './compare.ts';
import { DAY, isLive, MINUTE, opened, SECOND } from './rules.ts';
import { type Browser, type Tally, type Walk, WalkFault, type Who } from './state.ts';

/** How the account of a walk begins. `away`: its person is seldom there, and strangers have time. */
const starts = ['protected', 'protected', 'protected', 'away', 'bare', 'signUp'] as const;
type Start = (typeof starts)[number];

/** A step as it was taken: who, what, and the number that settles the rest. Enough to take it again. */
export type Step = { browser: number; act: string; n: number };
type Draw = { browser: number; pick: number; n: number };
export type Plan = { start: Start; steps: readonly Step[] };

const people: readonly Who[] = ['ada', 'ada', 'thief', 'intruder', 'both'];
const names = ['laptop', 'phone', 'thief', 'intruder', 'both'];
/** The stranger who has both, and the patience for a case. */
const PATIENT = 4;
/** What lies between two walks in the clock's time: no walk goes further. */
const LONGEST = 21 * DAY;
const DRAWN = 2 ** 24;

const draw: fc.Arbitrary<Draw> = fc.record({
  browser: fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.constant(1) },
    { weight: 2, arbitrary: fc.constant(2) },
    { weight: 1, arbitrary: fc.constant(3) },
    { weight: 2, arbitrary: fc.constant(4) },
  ),
  pick: fc.noBias(fc.nat(DRAWN)),
  n: fc.noBias(fc.nat(DRAWN)),
});

export type Ground = { deps: Deps; staff: readonly [Person, Person]; tally: Tally };
export type Walked = { steps: Step[]; told: string[]; fault: string | null; walk: Walk };

/** Draws walk number `index` of a seed and takes it: what is chosen follows from the draws and from how things stand. */
export function takeDrawn(
  ground: Ground,
  { seed, index, length }: { seed: number; index: number; length: number },
): Promise<Walked & { start: Start }> {
  const drawn = fc.tuple(
    fc.constantFrom(...starts),
    fc.array(draw, { minLength: length, maxLength: length }),
  );
  const [one] = fc.sample(drawn, { seed: (seed + index * 7919) | 0, numRuns: 1 });
  if (!one) throw new Error('nothing was drawn');
  const [start, draws] = one;
  return run(ground, start, draws.length, (walk, at) =>
    choose(walk, start, draws[at] as Draw),
  ).then((walked) => ({ ...walked, start }));
}

/** Takes steps that were taken before, whatever stands in their way now. */
export function takeAgain(ground: Ground, { start, steps }: Plan): Promise<Walked> {
  return run(ground, start, steps.length, (_walk, at) => steps[at] as Step);
}

function choose(walk: Walk, start: Start, { browser: index, pick, n }: Draw): Step {
  // Before there is a factor nobody else knows of the account.
  const unknown = walk.protectedSince === null && index > 1;
  const absent = start === 'away' && index < 2 && n % 8 !== 0;
  const at = unknown ? 0 : absent ? PATIENT : index;
  const browser = walk.browsers[at] as Browser;
  const weights = Object.entries(acts).map(
    ([name, act]) => [name, act.weigh(walk, browser)] as const,
  );
  let left = pick % weights.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [name, weight] of weights) {
    if (left < weight) return { browser: at, act: name, n };
    left -= weight;
  }
  throw new RangeError('weights that do not add up');
}

async function run(
  ground: Ground,
  start: Start,
  length: number,
  next: (walk: Walk, at: number) => Step,
): Promise<Walked> {
  // Budgets, work and sessions of the walk before, whose clock went further than this one's begins.
  for (const table of ['rate_limit', 'job', 'session'])
    await ground.deps.connection.db.execute(sql`delete from ${sql.identifier(table)}`);
  const walk = await begin(ground, start);
  const [steps, told]: [Step[], string[]] = [[], []];
  let step: Step | null = null;
  try {
    for (let at = 0; at < length; at += 1) {
      step = next(walk, at);
      steps.push(step);
      const { browser: index, act, n } = step;
      const browser = walk.browsers[index];
      const does = acts[act];
      if (!browser || !does) throw new RangeError(`no such step: ${textOf(step)}`);
      walk.now += (1 + (n % 29)) * SECOND + 7;
      const what = await does.does(walk, browser, n >> 3);
      told.push(`${textOf(step).padEnd(34)} ${what}`);
      // A refusal that did change something is seen after the next act, and at the end.
      if (walk.changed) await compare(walk);
    }
    await compare(walk);
    await lookAtAll(walk);
    return { steps, told, fault: null, walk };
  } catch (cause) {
    const fault = cause instanceof Error ? cause.message : String(cause);
    told.push(`${step ? textOf(step).padEnd(34) : ''} ${fault}`);
    const stack = cause instanceof WalkFault ? '' : `\n${(cause as Error)?.stack}`;
    return { steps, told, fault: `${fault}${stack}`, walk };
  }
}

/** At the end of a walk, who is in, by what the portal says to each browser. */
async function lookAtAll(walk: Walk): Promise<void> {
  for (const browser of walk.browsers) {
    const session = browser.held.user;
    const must = session && isLive(walk, session) ? null : 'SIGNED_OUT';
    if (walk.crowded && must === null) continue;
    await call(walk, 'auth.me', must, () => from(walk, browser).auth.me({}));
  }
}

async function begin({ deps, staff, tally }: Ground, start: Start): Promise<Walk> {
  const now = Math.floor(Date.now() / 30_000) * 30_000 + 7;
  const browsers = people.map((who, at): Browser => {
    const name = names[at] ?? who;
    return { name, who, jar: emptyJar(), held: {}, spent: [] };
  });
  const walk: Walk = {
    deps,
    staff,
    subjectId: '',
    now,
    until: now + LONGEST,
    browsers,
    protectedSince: null,
    emailVerified: start !== 'bare',
    email: '',
    readers: new Map(),
    password: '',
    passwords: 0,
    sessions: [],
    crowded: false,
    factors: [],
    gone: [],
    begun: null,
    codes: { holder: 'ada', unused: [], used: [], gone: [] },
    seen: [],
    signed: [],
    guard: null,
    links: new Map(),
    letters: new Set(),
    changes: [],
    recovery: null,
    restrictedUntil: 0,
    letIn: new Set(),
    changed: false,
    tally,
  };
  if (start === 'signUp') await signUp(walk);
  else await insert(walk, start);
  walk.readers.set(walk.email, new Set<Who>(['ada', 'intruder', 'both']));
  await cheapHash(walk, walk.password);
  await compare(walk);
  return walk;
}

async function insert(walk: Walk, start: Exclude<Start, 'signUp'>): Promise<void> {
  const person = await insertCustomer(walk.deps, {
    factor: start !== 'bare',
    now: new Date(walk.now - DAY),
  });
  const { subjectId, email, password, totpSecret: secret, recoveryCodes: unused } = person;
  Object.assign(walk, { subjectId, email, password });
  if (start === 'bare') return;
  const { apps } = await idsOf(walk);
  const [id = ''] = apps;
  walk.factors.push({ kind: 'app', id, secret, holder: 'ada', lastStep: 0 });
  walk.protectedSince = walk.now - DAY;
  walk.codes = { holder: 'ada', unused, used: [], gone: [] };
}

async function idsOf({ deps, subjectId }: Walk): Promise<{ apps: string[] }> {
  const rows = await deps.connection.db.execute<{ id: string }>(
    sql`select id from totp_factor where subject_id = ${subjectId}`,
  );
  return { apps: rows.map(({ id }) => id) };
}

/** From the question about age to the account: the first browser has an attempt that may add a factor. */
async function signUp(walk: Walk): Promise<void> {
  const { deps, browsers } = walk;
  const [browser] = browsers;
  if (!browser) throw new Error('nobody walks');
  const email = `grace.${crypto.randomUUID().slice(0, 8)}@example.test`;
  const way = visitor(deps, new Date(walk.now), { jar: browser.jar }).signUp;
  const asked = await call(walk, 'signUp.answerAge', null, () => way.answerAge(grown));
  const ticket = asked.done ? asked.value.ticket : null;
  if (ticket === null) throw new WalkFault('no ticket');
  const wish = { ticket, email, displayName: 'Grace Hopper', country: 'US' };
  await call(walk, 'signUp.ask', null, () => way.ask(wish));
  await runWaiting(deps, 'sign_up.mail', new Date(walk.now));
  const [row] = await deps.connection.db.execute<{ id: string }>(
    sql`select subject_id as id from sign_up where email_index = ${deps.vault.emailIndex(email)}`,
  );
  Object.assign(walk, { subjectId: row?.id ?? '', email, password: PASSWORD });
  walk.readers.set(email, new Set<Who>(['ada', 'intruder', 'both']));
  const [token = ''] = await readMail(walk);
  walk.now += MINUTE;
  await call(walk, 'signUp.complete', null, () =>
    from(walk, browser).signUp.complete({ token, password: PASSWORD }),
  );
  const link = walk.links.get(token);
  if (link) link.dead = true;
  opened(walk, browser, { kind: 'pending', methods: ['pwd'], proved: false });
}

/** `phone.removeFactor.1234`: a step in one word. */
function textOf({ browser, act, n }: Step): string {
  return `${names[browser]}.${act}.${n}`;
}

/** @throws {RangeError} for what is no step */
function stepFrom(word: string): Step {
  const [name = '', act = '', n = ''] = word.split('.');
  const browser = names.indexOf(name);
  if (browser < 0 || !(act in acts) || !/^\d+$/.test(n)) throw new RangeError(`no step: ${word}`);
  return { browser, act, n: Number(n) };
}

/** A walk in one line, for a terminal. */
export function textOfPlan({ start, steps }: Plan): string {
  return [start, ...steps.map(textOf)].join(' ');
}

/** @throws {RangeError} for what is no walk */
export function planFrom(text: string): Plan {
  const [first, ...words] = text.split(' ');
  const start = starts.find((one) => one === first);
  if (!start) throw new RangeError(`no walk: ${text}`);
  return { start, steps: words.map(stepFrom) };
}
