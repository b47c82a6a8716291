// Whether the time of an answer tells that an address has an account: sign-in, sign-up and the letter for a
// new password, asked for known and unknown addresses in random order. The real app over HTTP.
import { randomInt } from 'node:crypto';
import { insertCustomer } from '../../../server/testing/people.ts';
import { type Answer, browserAt } from '../browser.ts';
import { type Portal, startPortal } from '../portal.ts';
import { check, runAttack, say } from '../program.ts';
import { startWorld, type World } from '../world.ts';

const ANSWERS = 1_000;
const WARM_UP = 50;
const PEOPLE = 100;
/** Milliseconds between the medians, at most. */
const APART_MS = 3;
/** As many questions at an address as its smallest budget allows; then the counts are emptied. */
const BEFORE_EMPTY = 50;

type Side = 'known' | 'unknown';
type Question = {
  name: string;
  /** What an answer is that did the work. */
  code: string | null;
  ask(url: string, email: string, from: string): Promise<Answer>;
};

const questions: readonly Question[] = [
  {
    name: 'sign-in',
    code: 'SIGN_IN_REFUSED',
    ask: (url, email, from) =>
      browserAt(url, { from }).call('auth.signIn', { email, password: 'copper meadow bicycle 19' }),
  },
  {
    name: 'new password',
    code: null,
    ask: (url, email, from) => browserAt(url, { from }).call('auth.forgot', { email }),
  },
  {
    name: 'sign-up',
    code: null,
    ask: (url, email, from) =>
      browserAt(url, { from }).call('signUp.ask', {
        ticket,
        email,
        displayName: 'Grace Hopper',
        country: 'US',
      }),
  },
];
let ticket = '';

await runAttack('timing', async ({ number, text }) => {
  const answers = number('answers', ANSWERS);
  const only = text('only');
  const world = await startWorld();
  const portal = await startPortal(world);
  try {
    const born = { day: 9, month: 12, year: 1986 };
    const { data } = await browserAt(portal.url).call('signUp.answerAge', born);
    ({ ticket } = data as { ticket: string });
    const known: string[] = [];
    for (let made = 0; made < PEOPLE; made += 1)
      known.push((await insertCustomer(portal.deps)).email);
    for (const question of questions)
      if (!only || question.name.includes(only))
        await compare({ world, portal, known, answers }, question);
    say('no worker runs beside: letters are written behind the answer, by whoever has time');
  } finally {
    await portal.stop();
    await world.stop();
  }
});

async function compare(
  {
    world,
    portal,
    known,
    answers,
  }: { world: World; portal: Portal; known: readonly string[]; answers: number },
  { name, code, ask }: Question,
): Promise<void> {
  const took: Record<Side, number[]> = { known: [], unknown: [] };
  const codes = new Map<string, number>();
  const emailOf = (side: Side, at: number) =>
    side === 'known'
      ? (known[at % known.length] ?? '')
      : `nobody.${at % known.length}.${name.length}@example.test`;
  const total = answers + WARM_UP;
  for (let at = 0; at < total; at += 1) {
    if (at % BEFORE_EMPTY === 0) await world.owner.sql`truncate rate_limit`;
    // Either is first as often as the other, and nobody knows which.
    const sides: Side[] = randomInt(2) === 0 ? ['known', 'unknown'] : ['unknown', 'known'];
    for (const side of sides) {
      const from = `198.51.${randomInt(256)}.${randomInt(1, 255)}`;
      const started = performance.now();
      const answer = await ask(portal.url, emailOf(side, at), from);
      const ms = performance.now() - started;
      if (at >= WARM_UP && answer.code === code) took[side].push(ms);
      const seen = `${side} ${answer.status} ${answer.code ?? 'done'}`;
      codes.set(seen, (codes.get(seen) ?? 0) + 1);
    }
  }
  const [mine, others] = [median(took.known), median(took.unknown)];
  const apart = Math.abs(mine - others);
  check(
    `${name}: answers that did the work, of ${answers} a side`,
    took.known.length === answers && took.unknown.length === answers,
    `${took.known.length} and ${took.unknown.length}`,
  );
  check(
    `${name}: ms between the medians, ${APART_MS} at most`,
    apart < APART_MS,
    `${apart.toFixed(2)} (known ${mine.toFixed(2)}, unknown ${others.toFixed(2)})`,
  );
  say([...codes].map(([seen, times]) => `${seen}: ${times}`).join(', '));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
