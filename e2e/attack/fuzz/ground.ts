import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyringOfDirectory } from '../../../server/crypto/keyring.ts';
import { createVault } from '../../../server/crypto/vault.ts';
import { parseEnv } from '../../../server/env.ts';
import { type Answer, asker } from '../../../server/testing/ask.ts';
import { testDeps } from '../../../server/testing/deps.ts';
import type { Arena } from '../../../server/testing/fuzz/arena.ts';
import { createCanaries, newCanary, type Sighting } from '../../../server/testing/fuzz/canaries.ts';
import { mayShow } from '../../../server/testing/fuzz/may-show.ts';
import { insertOthers } from '../../../server/testing/fuzz/people.ts';
import { knownServices } from '../../../server/testing/fuzz/services.ts';
import type { RouterName, Target } from '../../../server/testing/fuzz/targets.ts';
import { openSession } from '../../../server/testing/open-session.ts';
import { insertCustomer } from '../../../server/testing/people.ts';
import { check, say } from '../program.ts';
import { startWorld } from '../world.ts';
import { startBuilt } from './process.ts';

/** How often it is looked at what the database is asked. */
const LOOKS = 50;

/** The portal with everything planted, and what was seen of it. */
export type Ground = Awaited<ReturnType<typeof startGround>>;

/** Starts the built portal over a database in which canaries are planted, and searches what it answers. */
export async function startGround() {
  const world = await startWorld({ max: 8 });
  const dir = mkdtempSync(join(tmpdir(), 'portal-fuzz-'));
  const keysFile = join(dir, 'keys.json');
  const keyring = keyringOfDirectory(keysFile);
  const canaries = createCanaries();
  const secret = (what: string): string => {
    const value = newCanary();
    canaries.add('secret', what, value);
    return value;
  };
  const comment = newCanary();
  canaries.add('sql', 'a comment in every statement', comment);
  const password = secret('the password of the database');
  await world.owner.sql.unsafe(`create role fuzz superuser login password '${password}'`);
  const url = new URL(world.url);
  Object.assign(url, { username: 'fuzz', password });
  const env = {
    DATA_DIR: dir,
    DATABASE_URL: url.href,
    TRUST_PROXY: '1',
    LOG_LEVEL: 'trace',
    ROLE: 'web',
    METRICS_TOKEN: secret('the token of /metrics'),
    SMTP_URL: `smtp://portal:${secret('the password of the mail server')}@127.0.0.1:2525`,
  };
  const portal = await startBuilt(env, comment);
  const deps = testDeps(world.connection, {
    env: parseEnv({ ...env, PORT: String(portal.port), PUBLIC_URL: portal.url }),
    vault: createVault(keyring),
  });
  const { hostname, port, host } = new URL(portal.url);
  const people = asker(Number(port), host);
  const services = asker(portal.internalPort, `${hostname}:${portal.internalPort}`);

  addKeys(readFileSync(keysFile, 'utf8'));
  const { askAsService, keys } = await knownServices(deps, services.ask);
  for (const [id, pem] of Object.entries(keys)) canaries.add('secret', `key of ${id}`, bodyOf(pem));
  const { strangers, others, customers } = await insertOthers(deps, world.owner, canaries);
  const person = await insertCustomer(deps);
  for (const [what, value] of Object.entries({
    seed: person.totpSecret,
    code: person.recoveryCodes[0] ?? '',
    session: (await openSession(deps, person)).token,
  }))
    canaries.add('secret', `${what} of somebody else`, value);

  const sightings: { path: string; sighting: Sighting }[] = [];
  const shown = new Map<string, number>();
  const times = new Map<string, number[]>();
  const routerOf = new Map<string, RouterName>();
  let answers = 0;

  function addKeys(text: string): void {
    const keys = JSON.parse(text) as Record<string, unknown> & { kek: Record<string, string> };
    for (const name of ['index', 'token', 'mac'] as const)
      for (const value of bothWays(String(keys[name])))
        canaries.add('secret', `key ${name}`, value);
    for (const key of Object.values(keys.kek))
      for (const value of bothWays(key)) canaries.add('secret', 'key of keys', value);
    canaries.add('secret', 'signing key', bodyOf(String(keys['signing'])));
  }

  function onAnswer(answer: Answer, { target, ms }: { target: Target; ms: number }): void {
    answers += 1;
    const { path } = target;
    routerOf.set(path, target.router);
    const before = times.get(path) ?? [];
    times.set(path, before);
    before.push(ms);
    for (const sighting of canaries.find(`${answer.body}\n${JSON.stringify(answer.headers)}`)) {
      if (sighting.kind === 'row' && mayShow(path, sighting.around))
        shown.set(path, (shown.get(path) ?? 0) + 1);
      else sightings.push({ path, sighting });
    }
  }

  const arena: Arena = {
    deps,
    ask: people.ask,
    askAsService,
    others,
    customers,
    onAnswer,
  };

  /** Whether the search sees what it looks for where that may be, and that it is nowhere else. */
  async function look(): Promise<void> {
    for (const kind of ['row', 'sql', 'secret'] as const)
      check(`canaries planted, ${kind}`, canaries.count(kind) > 0, canaries.count(kind));
    const [stranger] = strangers;
    if (!stranger) throw new Error('nobody is a stranger');
    const { token } = await openSession(deps, stranger);
    const own = await people.ask('/trpc/account.get', {
      method: 'POST',
      headers: { origin: portal.url, 'content-type': 'application/json', cookie: `sid=${token}` },
      body: '{}',
    });
    check(
      'canaries in an answer to their own person',
      canaries.find(own.body).length > 0,
      canaries.find(own.body).length,
    );
    const commented = await seenCommented();
    check('statements of the portal that were seen with their comment', commented > 0, commented);
    const keys = canaries.find(readFileSync(keysFile, 'utf8')).length;
    check('secrets that the search sees in the file of keys', keys >= 5, keys);
    const health = await people.ask('/livez');
    check(
      'the process goes on',
      portal.ended() === null && health.status === 200,
      portal.ended() ?? health.status,
    );
    const places = [
      ...new Set(
        sightings.map(({ path, sighting }) => `${path}: ${sighting.kind} ${sighting.around}`),
      ),
    ];
    check(
      'canaries in answers',
      sightings.length === 0,
      `${sightings.length} in ${answers} answers`,
    );
    for (const place of places.slice(0, 40)) say(`  ${place}`);
    const log = portal.written();
    const logged = canaries.find(log);
    check(
      'canaries in what the portal wrote',
      logged.length === 0,
      `${logged.length} in ${log.split('\n').length} lines`,
    );
    for (const { kind, around } of logged.slice(0, 5)) say(`  ${kind} ${around}`);
    for (const [path, count] of shown) say(`shown to staff as it should be: ${path} ${count}`);
    for (const entry of log
      .split('\n')
      .filter((one) => one.includes('"level":50'))
      .slice(0, 20))
      say(`log: ${entry.slice(0, 900)}`);
  }

  /** Looks at what the portal's connections are at while it is asked for something. */
  async function seenCommented(): Promise<number> {
    let seen = 0;
    for (let look = 0; look < LOOKS; look += 1) {
      const [[row]] = await Promise.all([
        world.owner.sql<{ count: number }[]>`
          select count(*)::int as count from pg_stat_activity
          where usename = 'fuzz' and query like ${`%${comment}%`}`,
        people.ask('/trpc/policy.get', {
          method: 'POST',
          headers: { origin: portal.url, 'content-type': 'application/json' },
          body: '{}',
        }),
      ]);
      seen += row?.count ?? 0;
    }
    return seen;
  }

  function p99OfTimes(list: readonly number[]): number {
    const sorted = list.toSorted((a, b) => a - b);
    return Math.round(sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0);
  }

  return {
    arena,
    look,
    ended: portal.ended,
    endedSoon: async () => portal.ended() ?? (await portal.endedSoon()),
    resident: portal.resident,
    p99: (path: string) => p99OfTimes(times.get(path) ?? []),
    p99Of: (router: RouterName) =>
      p99OfTimes([...times].flatMap(([path, list]) => (routerOf.get(path) === router ? list : []))),
    async stop() {
      people.end();
      services.end();
      await portal.stop();
      await world.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A key as its file has it, and as its bytes would be written otherwise. */
function bothWays(base64: string): string[] {
  return [base64, Buffer.from(base64, 'base64').toString('hex')];
}

/** What is secret of a private key as text: the line between its marks. */
function bodyOf(pem: string): string {
  return pem.split('\n')[1] ?? '';
}
