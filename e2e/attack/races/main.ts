// What there is once, reached for by a hundred at once; guesses beyond their budget; sessions that end
// while calls are under way. The real app over HTTP, on a PostgreSQL of its own.
import { startPortal } from '../portal.ts';
import { check, runAttack, say } from '../program.ts';
import { startWorld } from '../world.ts';
import type { Arena } from './arena.ts';
import { calls } from './calls.ts';
import { codes } from './codes.ts';
import { batchOfGuesses, challenges, guesses } from './guesses.ts';
import { links } from './links.ts';
import { passkeys } from './passkeys.ts';
import { notSingleUse, type Prize } from './prize.ts';
import { requests } from './requests.ts';
import { batches, revocations } from './revocations.ts';

const ROUNDS = 100;
const HANDS = 100;
const prizes: readonly Prize[] = [...links, ...codes, ...passkeys, ...requests, ...calls];

await runAttack('races', async ({ number, text }) => {
  const rounds = number('rounds', ROUNDS);
  const most = number('hands', HANDS);
  const only = text('only');
  // Which transaction was committed before which: PostgreSQL writes it down.
  const world = await startWorld({ settings: { track_commit_timestamp: 'on' } });
  const portal = await startPortal(world);
  const arena = { portal, world, round: 0 };
  const wanted = (name: string) => !only || name.includes(only);
  try {
    for (const prize of prizes) if (wanted(prize.name)) await race(arena, prize, { rounds, most });
    if (wanted('guesses')) {
      await guesses(arena, rounds);
      await challenges(arena);
      await batchOfGuesses(arena);
    }
    if (wanted('batches')) await batches(arena, rounds);
    if (wanted('revocations')) await revocations(arena, rounds);
    for (const line of notSingleUse) say(`not single-use: ${line}`);
  } finally {
    await portal.stop();
    await world.stop();
  }
});

async function race(
  arena: Arena,
  { name, hands: own = HANDS, ready }: Prize,
  { rounds, most }: { rounds: number; most: number },
) {
  const hands = Math.min(own, most);
  const started = performance.now();
  const wrong: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    arena.round = round;
    // Each round begins with whole budgets: what is looked for here holds without them.
    await arena.world.owner.sql`delete from rate_limit`;
    const { grab, left } = await ready(arena);
    const got = await Promise.all(Array.from({ length: hands }, (_, at) => grab(at)));
    const winners = got.filter(Boolean).length;
    const there = left ? await left() : 1;
    if (winners !== 1 || there !== 1) wrong.push(`round ${round}: ${winners}, left ${there}`);
  }
  const seconds = ((performance.now() - started) / 1_000).toFixed(0);
  check(
    `${name}: one of ${hands}`,
    rounds > 0 && wrong.length === 0,
    wrong[0] ? `${wrong.length} rounds wrong, ${wrong[0]}` : `${rounds} rounds, ${seconds} s`,
  );
}
