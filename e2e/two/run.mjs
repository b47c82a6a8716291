// Two web and two worker processes on one database, killed (SIGKILL) and started again while customers
// go their ways: the journeys of the browser tests, then acts whose answer is cut off.
import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { check } from '../bench/client.mjs';
import { findChromium } from '../chromium.mjs';
import { root } from '../portal.mjs';
import { cutActs } from './acts.mjs';
import { startCluster } from './cluster.mjs';
import { keepKilling } from './kills.mjs';

const JOURNEYS = ['1-sign-in', '2-own-data', '3-choices', '4-copy', '9-delete'];
const STEP_MS = 30_000;
const EVERY_MS = Number(process.env.EVERY_MS ?? 3_000);
const named = process.argv.slice(2);

const executable = await findChromium();
const cluster = await startCluster();
try {
  if (!named.includes('journeys')) noteCode(await cutActs(cluster));
  if (!named.includes('acts')) await journeys();
  await nothingTwice();
  const { streams, others } = cluster.balancer.cut;
  for (const { name, kills } of cluster.members) check(`kills of ${name}`, kills > 2, kills);
  check('answers that a kill cut off', others > 0, others);
  process.stdout.write(`     live streams that a kill cut off: ${streams}\n`);
  for (const answer of cluster.balancer.cutOff)
    process.stdout.write(`     cut off in the middle: ${answer}\n`);
} finally {
  await cluster.stop();
}

/** A code works once: the journeys are told which of them their person has used here. */
function noteCode({ totpSecret }) {
  const steps = { [totpSecret]: Math.floor(Date.now() / STEP_MS) };
  const notes = { sessions: {}, steps, recoveryCodes: {}, copies: {} };
  writeFileSync(join(cluster.dataDir, 'e2e-notes.json'), JSON.stringify(notes), { mode: 0o600 });
}

async function journeys() {
  const killing = keepKilling(cluster, { everyMs: EVERY_MS });
  try {
    const code = await playwright();
    check('journeys of customers', code === 0, `ended with ${code}`);
  } finally {
    await killing.stop();
  }
}

function playwright() {
  const { url, dataDir, internalPort } = cluster;
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        join(root, 'node_modules/playwright/cli.js'),
        'test',
        '--config',
        'e2e/playwright.config.ts',
        ...JOURNEYS,
      ],
      {
        cwd: root,
        stdio: 'inherit',
        env: {
          ...process.env,
          CHROMIUM_PATH: executable,
          E2E_KILLS: '1',
          E2E_PORTALS: JSON.stringify([{ url, dataDir, internalPort }]),
        },
      },
    );
    child.once('exit', (status) => resolve(status ?? 1));
  });
}

/** Of everything that was asked for and done: once each, and no work left behind. */
async function nothingTwice() {
  const sql = postgres(cluster.databaseUrl, { max: 1 });
  const none = async (what, query) => {
    const rows = await query;
    check(what, rows.length === 0, rows.length === 0 ? 'none' : JSON.stringify(rows));
  };
  try {
    const [{ n }] = await sql`select count(*)::int as n from job where state = 'done'`;
    check('jobs done', n > 0, n);
    await none(
      'jobs that failed or need a person',
      sql`
      select kind, state, unended, last_error from job where state not in ('ready', 'done') or unended >= 25`,
    );
    await none(
      'copies with more than one archive',
      sql`
      select request_id from export_archive group by 1 having count(*) > 1`,
    );
    await none(
      'letters written twice',
      sql`
      select dedupe_key from outbound_mail where dedupe_key is not null group by 1 having count(*) > 1`,
    );
    await none(
      'ended requests told more than once',
      sql`
      select reference, action from audit_event
      where action in ('request.copy_ready', 'request.erasure_completed', 'request.erasure_asked')
        and reference is not null and occurred_at > now() - interval '1 hour'
      group by 1, 2 having count(*) > 1 and action <> 'request.erasure_asked'`,
    );
    await none(
      'deletions without exactly one receipt',
      sql`
      select r.reference from data_subject_request r left join erasure_receipt e using (reference)
      where r.kind = 'erasure' and r.state = 'completed' group by 1 having count(e.reference) <> 1`,
    );
    const [{ kept }] =
      await sql`select count(*)::int as kept from export_archive where deleted_at is null`;
    const files = readdirSync(cluster.exportStore).length;
    check(
      'files in the store are the copies that can be had',
      files === kept,
      `${files} of ${kept}`,
    );
  } finally {
    await sql.end();
  }
}
