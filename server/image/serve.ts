import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { startEmbedded } from '../../db/embedded/index.ts';
import { makeSecrets } from '../cli/secrets-command.ts';
import type { Built } from './build.ts';
import { endAll, ended, pageOf, ports, readiness, start } from './processes.ts';

export type Check = (what: string, fits: boolean, seen: unknown) => void;

const DRAIN_MS = 10_000;

/** The composed portal: schema first, then web and worker with a login that owns nothing. */
export async function serve(
  image: Built,
  { command, into, check }: { command: string[]; into: string; check: Check },
): Promise<void> {
  const dataDir = join(into, 'database');
  mkdirSync(dataDir);
  const database = await startEmbedded({ dataDir, durable: false });
  try {
    const folder = join(into, 'secrets');
    makeSecrets(folder);
    const secret = (name: string) => readFileSync(join(folder, name), 'utf8').trim();
    const [owner, app] = ['owner_database_url', 'database_url'].map((name) =>
      placed(secret(name), database.url),
    ) as [string, string];
    await makeOwner(database.url, owner);
    const settings = {
      PUBLIC_URL: 'https://privacy.example.test',
      CONSOLE_URL: 'https://staff.example.test/console',
      DATABASE_URL: app,
      ENCRYPTION_KEYS_FILE: join(folder, 'encryption_keys'),
      METRICS_TOKEN_FILE: join(folder, 'metrics_token'),
      SMTP_URL: 'smtp://127.0.0.1:1',
    };
    const web = await ports();
    const worker = await ports();

    const ready = async (port: string, name: string) => {
      const answer = await readiness(`http://127.0.0.1:${port}`);
      check(`${name} is ready`, answer.startsWith('200'), answer);
    };
    const early = start(image, command, { ...settings, ...web, ROLE: 'web' });
    const refused = await ended(early);
    check(
      'before the schema is there, web ends with one sentence',
      refused.code === 1 && /^[^\n]*ROLE=migrate[^\n]*\n$/.test(refused.said),
      refused.said.trim(),
    );
    const migrated = await ended(
      start(image, command, { ROLE: 'migrate', DATABASE_URL: owner, APP_DATABASE_URL: app }),
    );
    check('the schema is brought', migrated.code === 0, migrated.said.trim());
    const [first, second] = [
      start(image, command, { ...settings, ...web, ROLE: 'web' }),
      start(image, command, { ...settings, ...worker, ROLE: 'worker' }),
    ];
    await ready(web.PORT, 'web');
    await ready(web.INTERNAL_PORT, "the services' listener");
    await ready(worker.PORT, 'worker');
    const page = await pageOf(web.PORT, new URL(settings.PUBLIC_URL).host);
    check(
      'a page is served',
      page.status === 200 && page.text.includes('<div id="root"'),
      page.status,
    );
    const elsewhere = await pageOf(web.PORT, `127.0.0.1:${web.PORT}`);
    check('a page is served under no other name', elsewhere.status === 421, elsewhere.status);
    for (const [name, child] of [
      ['web', first],
      ['worker', second],
    ] as const) {
      const since = performance.now();
      child.kill('SIGTERM');
      const { code } = await ended(child);
      const inTime = performance.now() - since < DRAIN_MS;
      check(`${name} drains within 10 s`, code === 0 && inTime, `${code}, ${seconds(since)} s`);
    }
  } finally {
    await endAll();
    await database.stop();
  }
}

/** A secret's URL on the database that stands in for the composed one. */
function placed(url: string, database: string): string {
  const moved = new URL(url);
  moved.host = new URL(database).host;
  return moved.href;
}

/** As the postgres image makes it: the one login it knows, and its database. */
async function makeOwner(url: string, owner: string): Promise<void> {
  const { username, password } = new URL(owner);
  const sql = postgres(new URL('/postgres', url).href, { max: 1, onnotice: () => {} });
  await sql.unsafe(
    `create role ${username} superuser login password '${decodeURIComponent(password)}'`,
  );
  await sql.unsafe(`alter database portal owner to ${username}`);
  await sql.end();
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(1);
}
