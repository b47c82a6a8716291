import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../../db/embedded/index.ts';
import { seedHolders } from '../../db/seed/personas.ts';
import { generateKeyring } from '../../server/crypto/keyring.ts';
import { freePort, root, startPortal } from '../portal.mjs';
import { startBalancer } from './balancer.ts';

/**
 * Two web and two worker processes on one database, which none of them owns, started at once while it is
 * empty of people. They share the database, the folder of copies and the keys, and nothing else: each has
 * a data folder of its own. The demo's holders run beside them and call the balancer.
 */
export async function startCluster() {
  const dataDir = mkdtempSync(join(tmpdir(), 'portal-two-'));
  const exportStore = join(dataDir, 'copies');
  writeFileSync(join(dataDir, 'keys.json'), generateKeyring(), { mode: 0o600 });
  const database = await startEmbedded({ dataDir });
  const holders = [];
  const balancers = [];
  const members = [];
  /** Portals, also those that are not ready yet. */
  const portals = [];
  async function stop() {
    await endAll(portals);
    await endAll(holders);
    await Promise.all(balancers.map((one) => one.stop()));
    await database.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  // Interrupted, it takes its database with it; a second signal does not wait.
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void stop().finally(() => process.exit(130)));
  const app = new URL(database.url);
  app.username = 'portal_app';
  app.password = 'of-the-login-that-serves';
  await migrateOnce(database.url, app.href);

  const places = await Promise.all(
    ['web', 'web', 'worker', 'worker'].map(async (role, index) => ({
      name: `${role} ${(index % 2) + 1}`,
      role,
      port: await freePort(),
      internalPort: await freePort(),
    })),
  );
  const webs = places.filter(({ role }) => role === 'web');
  const balancer = await startBalancer(webs.map(({ port }) => port));
  const internal = await startBalancer(webs.map(({ internalPort }) => internalPort));
  balancers.push(balancer, internal);
  const url = `http://127.0.0.1:${balancer.port}`;

  const start = ({ name, role, port, internalPort }) => {
    const own = join(dataDir, name.replace(' ', '-'));
    mkdirSync(own, { recursive: true });
    const env = {
      ROLE: role,
      DATABASE_URL: app.href,
      DEMO: '1',
      PUBLIC_URL: url,
      INTERNAL_PORT: String(internalPort),
      ENCRYPTION_KEYS_FILE: join(dataDir, 'keys.json'),
      EXPORT_STORE: exportStore,
      HOLDER_WAIT_SECONDS: '12',
    };
    return startPortal({ dataDir: own, port, env, onSpawn: (child) => portals.push(child) });
  };
  try {
    const started = await Promise.all(places.map(start));
    members.push(
      ...places.map((place, index) => ({ ...place, kills: 0, running: started[index] })),
    );
    takeDemo(dataDir, started);
    holders.push(...startHolders(dataDir, internal.port));
  } catch (cause) {
    await stop();
    throw cause;
  }
  return {
    url,
    internalPort: internal.port,
    dataDir,
    exportStore,
    databaseUrl: database.url,
    members,
    balancer,
    async kill(member) {
      const gone = once(member.running.child, 'exit');
      balancer.dying.add(member.port);
      member.running.child.kill('SIGKILL');
      member.kills += 1;
      await gone;
      balancer.dying.delete(member.port);
    },
    async restart(member) {
      member.running = await start(member);
    },
    stop,
  };
}

/** Ends processes, all at once; those that are gone already are passed over. */
function endAll(children) {
  const alive = children.filter(
    ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
  );
  return Promise.all(
    alive.map((child) => {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      return gone;
    }),
  );
}

/** As the composed portal does: the owner brings the schema and makes the login that serves. */
async function migrateOnce(owner, app) {
  const child = spawn(process.execPath, [join(root, 'dist/server/main.js')], {
    env: {
      ...process.env,
      ROLE: 'migrate',
      DATABASE_URL: owner,
      APP_DATABASE_URL: app,
      DATA_DIR: tmpdir(),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the migration ended with ${code}`);
}

/** Of four that started at once exactly one has seeded; what it wrote down goes where tests look. */
function takeDemo(dataDir, started) {
  const seeded = started.filter((one) => existsSync(join(one.dataDir, 'demo.json')));
  if (seeded.length !== 1) throw new Error(`${seeded.length} processes seeded the demo`);
  for (const name of ['demo.json', 'holders'])
    cpSync(join(seeded[0].dataDir, name), join(dataDir, name), { recursive: true });
}

function startHolders(dataDir, internalPort) {
  const PORTAL_URL = `http://127.0.0.1:${internalPort}`;
  return seedHolders.map((HOLDER) =>
    fork(join(root, 'dist/server/holder.js'), [], {
      env: { HOLDER, DATA_DIR: dataDir, PORTAL_URL },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    }),
  );
}
