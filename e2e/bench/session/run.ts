// What a session check, one read under row-level security and one audit event cost, against the same read
// without them, against a peer's session check, and against the floor. One PostgreSQL, a process each.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { getMigrations } from 'better-auth/db/migration';
import { createSession } from '../../../server/auth/sessions.ts';
import { generateKeyring, parseKeyring } from '../../../server/crypto/keyring.ts';
import { createVault } from '../../../server/crypto/vault.ts';
import { testDeps } from '../../../server/testing/deps.ts';
import { insertCustomer } from '../../../server/testing/people.ts';
import { builtProgram } from '../../attack/built.ts';
import { freePort } from '../../attack/free-port.ts';
import { check, runAttack, say } from '../../attack/program.ts';
import { startWorld, type World } from '../../attack/world.ts';
import { peerAuth } from './others.ts';
import { processorMs } from './processor.ts';
import { costsOf } from './profile.ts';

const PEOPLE = 32;
const CONNECTIONS = 16;
const ROUNDS = 5;
/** So many until what is run often is compiled; then so many a round. */
const WARM_UP = 4_000;
const CALLS = 1_500;
const PROFILED = 4_000;
const OURS_TO_PLAIN = 0.5;
const OURS_TO_PEER = 1.5;
const SHOWN = 3;

/** Answers of ours that were counted, with those to whoever looked whether it answers. */
let asked = 0;

/** `processor`: ms of the server and of PostgreSQL for one answer, which hardly depends on who else is there. */
type Figures = { perSecond: number; p50: number; p99: number; processor: [number, number] | null };
/** Where servers run, and from what. */
type Place = { world: World; dataDir: string; program: string; running: ChildProcess[] };
type Server = {
  letter: string;
  name: string;
  requests: autocannon.Request[];
  figures: Figures[];
  port: number;
  child: ChildProcess;
};

await runAttack('bench of a session', async () => {
  const world = await startWorld({ durable: true });
  const dataDir = mkdtempSync(join(tmpdir(), 'portal-bench-'));
  const program = await builtProgram(join(import.meta.dirname, 'serve.ts'));
  const running: ChildProcess[] = [];
  try {
    await compare({ world, dataDir, program: program.path, running });
  } finally {
    for (const child of running) child.kill('SIGTERM');
    await world.stop();
    for (const dir of [dataDir, program.dir]) rmSync(dir, { recursive: true, force: true });
  }
});

async function compare(place: Place): Promise<void> {
  const { world, dataDir } = place;
  const keyring = generateKeyring();
  const secret = randomBytes(32).toString('hex');
  const people = await signedInPeople(world, keyring);
  const databaseUrl = world.url;
  const [first] = people;
  if (!first) throw new Error('nobody is signed in');
  const subjectId = first.subjectId;
  const peerUrl = await peerDatabase(world, secret);
  const ask = { method: 'POST' as const, path: '/trpc/settings', body: '{}' };
  const json = { 'content-type': 'application/json' };
  const servers: Server[] = [];
  const add = async (
    letter: string,
    name: string,
    options: object,
    requests: (url: string) => autocannon.Request[] | Promise<autocannon.Request[]>,
  ) => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const child = await serve(
      place,
      { name, port },
      { ...options, publicUrl: url, dataDir, secret },
    );
    servers.push({ letter, name, port, child, figures: [], requests: await requests(url) });
  };
  const ours = (url: string) =>
    people.map(({ token }) => ({
      ...ask,
      headers: { ...json, origin: url, cookie: `sid=${token}` },
    }));
  await add('a', 'ours', { databaseUrl, keyring }, ours);
  await add('b', 'plain tRPC', { databaseUrl, subjectId }, () => [{ ...ask, headers: json }]);
  for (const name of ['better-auth', 'better-auth, joins'])
    await add(name === 'better-auth' ? 'c' : 'c′', name, { databaseUrl: peerUrl }, (publicUrl) =>
      peersOf({ publicUrl, databaseUrl: peerUrl, secret }),
    );
  await add('d', 'bare http', { databaseUrl, subjectId }, () => [{ method: 'GET', path: '/' }]);

  for (const server of servers) await assertAnswers(server);
  const postmaster = postmasterOf(world);
  for (const server of servers) await load(server, { amount: WARM_UP, postmaster });
  for (let round = 0; round < ROUNDS; round += 1) {
    // Each begins a round once: whatever else the machine does meets all of them alike.
    const turn = [
      ...servers.slice(round % servers.length),
      ...servers.slice(0, round % servers.length),
    ];
    for (const server of turn)
      server.figures.push(await load(server, { amount: CALLS, postmaster }));
  }
  for (const server of servers) tell(server);
  await assertRecorded(world);
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((letter) =>
    medianOf(servers.find((one) => one.letter === letter)?.figures ?? []),
  ) as [number, number, number, number];
  check(`a ≥ ${OURS_TO_PLAIN} × b`, a >= OURS_TO_PLAIN * b, (a / b).toFixed(2));
  check(`a ≥ ${OURS_TO_PEER} × c`, a >= OURS_TO_PEER * c, (a / c).toFixed(2));
  say(`a/d: ${(a / d).toFixed(2)}`);
  for (const { child } of servers) child.kill('SIGTERM');
  await profile(place, { databaseUrl, keyring, requests: ours });
}

function postmasterOf({ dataDir }: World): number {
  return Number(readFileSync(join(dataDir, 'pg', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** Customers with a session each. */
async function signedInPeople(
  world: World,
  keyring: string,
): Promise<{ subjectId: string; token: string }[]> {
  const vault = createVault(parseKeyring(keyring));
  const deps = testDeps(world.connection, { vault });
  const people = [];
  for (let count = 0; count < PEOPLE; count += 1) {
    const now = new Date();
    const { subjectId } = await insertCustomer(deps);
    const { token } = await world.connection.db.transaction((tx) =>
      createSession(tx, {
        vault,
        now,
        kind: 'user',
        subjectId,
        aal: 2,
        methods: ['pwd', 'otp'],
        aal2At: now,
        userAgentFamily: 'Firefox on Linux',
        ipPrefix: '203.0.113.0/24',
      }),
    );
    people.push({ subjectId, token });
  }
  return people;
}

/** A database of the same server with the peer's own tables. */
async function peerDatabase(world: World, secret: string): Promise<string> {
  await world.owner.sql`create database peer`;
  const databaseUrl = new URL('/peer', world.url).href;
  const peer = peerAuth({ databaseUrl, publicUrl: 'http://127.0.0.1', secret, joins: false });
  const { runMigrations } = await getMigrations(peer.auth.options);
  await runMigrations();
  await peer.close();
  return databaseUrl;
}

/** People of the peer, signed up through its own procedure. */
async function peersOf(
  options: Omit<Parameters<typeof peerAuth>[0], 'joins'>,
): Promise<autocannon.Request[]> {
  const { auth, close } = peerAuth({ ...options, joins: false });
  const requests: autocannon.Request[] = [];
  for (let count = 0; count < PEOPLE; count += 1) {
    const email = `${crypto.randomUUID()}@example.test`;
    const body = { name: 'Ada', email, password: 'violet harbour lantern 42' };
    const answer = await auth.api.signUpEmail({ body, asResponse: true });
    const cookie = answer.headers
      .getSetCookie()
      .map((header) => header.split(';')[0])
      .join('; ');
    requests.push({ method: 'GET', path: '/api/auth/get-session', headers: { cookie } });
  }
  await close();
  return requests;
}

async function serve(
  { program, running }: Place,
  { name, port }: { name: string; port: number },
  options: object,
  nodeArgs: string[] = [],
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...nodeArgs, program, name, String(port)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', BENCH_OPTIONS: JSON.stringify(options) },
  });
  running.push(child);
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${name} ended with ${code}`);
    }),
  ]);
  return child;
}

/** What is measured must be the answer itself, not how fast something is refused. */
async function assertAnswers({ name, port, requests }: Server): Promise<void> {
  for (const request of [requests[0], requests.at(-1)]) {
    const { method = 'GET', path = '/', body, headers } = request ?? {};
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: headers as Record<string, string>,
      ...(body === undefined ? {} : { body: String(body) }),
    });
    const text = await answer.text();
    const fits = name.startsWith('better-auth')
      ? text.includes('"session"') && text.includes('"user"')
      : text.includes('Europe/Berlin');
    if (name === 'ours') asked += 1;
    if (!answer.ok || !fits) throw new Error(`${name}: ${answer.status} ${text}`);
  }
}

async function load(
  { name, port, requests, child }: Pick<Server, 'name' | 'port' | 'requests' | 'child'>,
  { amount, postmaster }: { amount: number; postmaster: number },
): Promise<Figures> {
  const times = () => [processorMs(child.pid ?? 0), processorMs(postmaster)];
  const before = times();
  const started = performance.now();
  let last = started;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const url = `http://127.0.0.1:${port}`;
    const options = { url, connections: CONNECTIONS, amount, requests };
    const run = autocannon(options, (cause, done) => (cause ? reject(cause) : resolve(done)));
    // It looks once a second whether it is done.
    run.on('response', () => {
      last = performance.now();
    });
  });
  const seconds = (last - started) / 1_000;
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${name}: ${result.non2xx} refused, ${result.errors} failed`);
  if (name === 'ours') asked += result['2xx'];
  const spent = times().map((ms, index) => ((ms ?? 0) - (before[index] ?? 0)) / result['2xx']);
  return {
    processor: before[0] === null ? null : [spent[0] ?? 0, spent[1] ?? 0],
    perSecond: result['2xx'] / seconds,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}

/** Every answer of ours has left its event: none was measured without. */
async function assertRecorded(world: World): Promise<void> {
  const [row] = await world.owner.sql<{ n: number }[]>`
    select count(*)::int as n from audit_event where action = 'data.viewed'`;
  check('audit events of what was read', row?.n === asked, `${row?.n} of ${asked}`);
}

async function profile(
  place: Place,
  {
    databaseUrl,
    keyring,
    requests,
  }: {
    databaseUrl: string;
    keyring: string;
    requests: (url: string) => autocannon.Request[];
  },
): Promise<void> {
  const { dataDir, world } = place;
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const dir = join(dataDir, 'profile');
  const options = { databaseUrl, keyring, publicUrl, dataDir };
  const child = await serve(place, { name: 'ours', port }, options, [
    '--cpu-prof',
    `--cpu-prof-dir=${dir}`,
  ]);
  await load(
    { name: 'ours', port, child, requests: requests(publicUrl) },
    { amount: PROFILED, postmaster: postmasterOf(world) },
  );
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
  const { own, byPackage, busy } = costsOf(dir);
  say(`the process of (a) is busy ${percent(busy)} of the time`);
  const rows = [
    ...own.slice(0, SHOWN).map((cost) => ({ ...cost, what: 'function' })),
    ...byPackage.slice(0, SHOWN).map((cost) => ({ ...cost, what: 'whole' })),
  ];
  for (const { what, name, share } of rows) say(`cost, ${what}: ${percent(share)} ${name}`);
}

function tell({ letter, name, figures }: Server): void {
  const rounds = figures.map(({ perSecond }) => Math.round(perSecond)).join(', ');
  const { p50, p99 } = figures.at(-1) ?? {};
  const times = figures.flatMap(({ processor }) => (processor ? [processor] : []));
  const mean = (index: 0 | 1) =>
    (times.reduce((sum, time) => sum + time[index], 0) / times.length).toFixed(2);
  const cost =
    times.length > 0 ? `; processor for one: ${mean(0)} ms, in PostgreSQL ${mean(1)} ms` : '';
  say(
    `(${letter}) ${name}: ${Math.round(medianOf(figures))} answers/s (${rounds}), median ${p50} ms, p99 ${p99} ms${cost}`,
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function medianOf(figures: Figures[]): number {
  const sorted = figures.map(({ perSecond }) => perSecond).sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
