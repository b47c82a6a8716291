import { expect, onTestFinished } from 'vitest';
import { type Connection, connect } from '../db/connect.ts';
import { parseEnv } from './env.ts';
import { publishPolicy } from './policy/publish.ts';
import { listen as listenToServices } from './services/testing.ts';
import { asker } from './testing/ask.ts';
import { testDeps } from './testing/deps.ts';
import type { Arena } from './testing/fuzz/arena.ts';
import { attack } from './testing/fuzz/attack.ts';
import { createCanaries } from './testing/fuzz/canaries.ts';
import { mayShow } from './testing/fuzz/may-show.ts';
import { insertOthers } from './testing/fuzz/people.ts';
import { knownServices } from './testing/fuzz/services.ts';
import { allTargets } from './testing/fuzz/targets.ts';
import { fromOurPage, listening } from './testing/listening.ts';
import { openSession } from './testing/open-session.ts';
import { test } from './testing/pg.ts';

const EACH = 10;
/** The same inputs each time: whether a change is taken must not hang on chance. */
const SEED = 20_261_130;
const LANES = 1;

/** Both listeners of a portal that has one connection: whoever waits for a second while holding it waits for ever. */
async function portals(connection: Connection, databaseUrl: string) {
  const one = connect(databaseUrl, { max: 1 });
  const deps = testDeps(connection);
  const { DATA_DIR, PUBLIC_URL } = deps.env;
  const env = parseEnv({ DATA_DIR, PUBLIC_URL, TRUST_PROXY: '1', DEMO: '0', LOG_LEVEL: 'silent' });
  const portal = { ...deps, env, connection: one };
  const ask = await listening(portal);
  const url = await listenToServices(portal);
  const services = asker(Number(new URL(url).port), new URL(url).host);
  onTestFinished(async () => {
    services.end();
    await one.sql.end({ timeout: 0 });
  });
  return { deps: { ...deps, env }, ask, askService: services.ask };
}

test('a few inputs made of its own schema bring no procedure of the three routers to fail, to wait for a second connection, or to tell what is somebody else’s', async ({
  connection,
  owner,
  databaseUrl,
}) => {
  const seed = SEED;
  await connection.db.transaction((tx) => publishPolicy(tx, new Date()));
  const { deps, ask, askService } = await portals(connection, databaseUrl);
  const canaries = createCanaries();
  const { askAsService } = await knownServices(deps, askService);
  const { strangers, ...others } = await insertOthers(deps, owner, canaries);
  const told: string[] = [];
  const onAnswer: Arena['onAnswer'] = ({ body, headers }, { target: { path } }) => {
    for (const { around } of canaries.find(`${body}\n${JSON.stringify(headers)}`))
      if (!mayShow(path, around)) told.push(`${path}: ${around}`);
  };
  const arena = { deps, ask, askAsService, ...others, standing: new Map(), onAnswer };
  const failed: unknown[] = [];
  const unreached: string[] = [];
  for (const target of allTargets()) {
    const tally = await attack(arena, target, { seed, each: EACH, lanes: LANES });
    failed.push(...tally.failures.map((failure) => ({ path: target.path, ...failure })));
    if (tally.taken > 0 && tally.reached === 0) unreached.push(target.path);
  }
  // The seed is what `npm run fuzz -- --seed` takes.
  expect({ seed, failed, unreached, told }).toEqual({ seed, failed: [], unreached: [], told: [] });

  // What was looked for can be seen: by its own person, in an answer.
  const [stranger] = strangers;
  if (!stranger) throw new Error('nobody is a stranger');
  const { token } = await openSession(deps, stranger);
  const own = await ask('/trpc/account.get', {
    method: 'POST',
    headers: { ...fromOurPage(deps.env.PUBLIC_URL), cookie: `sid=${token}` },
    body: '{}',
  });
  expect(canaries.find(own.body)).not.toEqual([]);
}, 120_000);
