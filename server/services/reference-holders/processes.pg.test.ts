import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { auditEvent } from '../../../db/schema/audit.ts';
import { holderTask } from '../../../db/schema/holder-task.ts';
import { disclosure } from '../../../db/schema/service.ts';
import type { Deps } from '../../deps.ts';
import { smallProcess } from '../../heap.ts';
import { testDeps } from '../../testing/deps.ts';
import { insertCustomer } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { LEASE_MS } from '../tasks/claim.ts';
import { ageTasks, askAbout, connectHolders, tasksIn } from '../tasks/testing.ts';
import { insertService, listen } from '../testing.ts';
import { setMode } from './behaviour.ts';
import { holderDir } from './ports.ts';
import { startReferenceHolders } from './start.ts';
import { tallymetricPort, tallymetricStores } from './tallymetric.ts';

const SCRIPT = join(import.meta.dirname, 'main.ts');
const PATIENCE = { timeout: 45_000, interval: 100 };

/** A portal with its services' listener, and a folder for the product-analytics provider. */
async function world(deps: Deps) {
  const dataDir = mkdtempSync(join(tmpdir(), 'portal-holders-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  await connectHolders(deps);
  const purposes = { purposes: ['privacy_rights' as const] };
  const { key } = await insertService(deps, 'tallymetric', {
    'tasks.claim': purposes,
    'tasks.answer': purposes,
  });
  writeFileSync(join(dataDir, 'demo.json'), JSON.stringify({ services: { tallymetric: key } }));
  return { dataDir, url: await listen(deps), dir: holderDir(dataDir, 'tallymetric') };
}

/** One process of the holder; it ends with the test, however that ends. */
function startProcess({ dataDir, url }: { dataDir: string; url: string }): ChildProcess {
  const child = fork(SCRIPT, [], {
    execArgv: ['--import', 'tsx'],
    env: { PATH: process.env['PATH'], HOLDER: 'tallymetric', DATA_DIR: dataDir, PORTAL_URL: url },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function track(dir: string, account: string): Promise<void> {
  await tallymetricStores(dir).tracked.put(account, {
    profile: {
      firstSeenAt: '2025-01-01T00:00:00.000Z',
      lastSeenAt: '2026-01-01T00:00:00.000Z',
      segment: 'steady',
      restricted: false,
    },
    events: [{ happenedAt: '2025-01-01T00:00:00.000Z', event: 'opened', surface: 'console' }],
  });
}

const erasing = {
  kind: 'rectification',
  kinds: ['erase', 'verify_erased'],
  holders: ['tallymetric'],
} as const;

describe('processes of a holder', () => {
  test('of which there are two do every task once between them', async ({ connection }) => {
    const deps = testDeps(connection);
    const { db } = connection;
    const at = await world(deps);
    const people = [];
    for (const name of ['Ada', 'Bo', 'Chi', 'Dai', 'Eve', 'Fay']) {
      const { subjectId } = await insertCustomer(deps, { name });
      await track(at.dir, subjectId);
      people.push(subjectId);
    }
    startProcess(at);
    startProcess(at);
    for (const subjectId of people) await askAbout(deps, subjectId, erasing);
    await vi.waitFor(async () => {
      const open = await db.$count(holderTask, eq(holderTask.state, 'acknowledged'));
      expect(open).toBe(2 * people.length);
    }, PATIENCE);
    const rows = await db.select().from(holderTask);
    expect(rows.map(({ attempts }) => attempts)).toEqual(rows.map(() => 1));
    expect(rows.filter(({ kind }) => kind === 'erase').map(({ records }) => records)).toEqual(
      people.map(() => 2),
    );
    expect(await db.$count(disclosure, eq(disclosure.recipient, 'tallymetric'))).toBe(rows.length);
    const answered = eq(auditEvent.action, 'holder.task_answered');
    expect(await db.$count(auditEvent, answered)).toBe(rows.length);
    const port = tallymetricPort(at.dir);
    for (const account of people)
      expect(await port.verifyErased({ account, references: [] })).toEqual({ remaining: 0 });
  }, 90_000);

  test('that is killed between taking a task and answering it leaves it to the next one', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const at = await world(deps);
    const { subjectId } = await insertCustomer(deps);
    await track(at.dir, subjectId);
    setMode(at.dir, 'slow');
    const first = startProcess(at);
    const { requestId } = await askAbout(deps, subjectId, erasing);
    const erase = async () => (await tasksIn(deps, requestId)).find(({ kind }) => kind === 'erase');
    await vi.waitFor(async () => expect((await erase())?.state).toBe('claimed'), PATIENCE);
    const gone = once(first, 'exit');
    first.kill('SIGKILL');
    await gone;
    setMode(at.dir, 'normal');
    await ageTasks(deps, requestId, LEASE_MS + 1_000);
    startProcess(at);
    await vi.waitFor(
      async () =>
        expect((await tasksIn(deps, requestId)).map(({ state }) => state)).toEqual([
          'acknowledged',
          'acknowledged',
        ]),
      PATIENCE,
    );
    expect(await erase()).toMatchObject({ attempts: 2, records: 2 });
    const port = tallymetricPort(at.dir);
    expect(await port.verifyErased({ account: subjectId, references: [] })).toEqual({
      remaining: 0,
    });
  }, 90_000);

  test('are started again when they die, and end with whoever started them', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { dataDir } = await world(deps);
    const script = join(dataDir, 'holder.mjs');
    const pids = join(dataDir, 'pids');
    writeFileSync(
      script,
      `import { appendFileSync } from 'node:fs';
       appendFileSync(${JSON.stringify(pids)}, process.pid + ' ' + Object.keys(process.env).sort() + ' ' + process.execArgv + '\\n');
       process.on('disconnect', () => process.exit(0));`,
    );
    const env = { ...deps.env, DATA_DIR: dataDir };
    const running = startReferenceHolders({ ...deps, env }, { script });
    onTestFinished(() => running.stop());
    const started = () =>
      readFileSync(pids, 'utf8')
        .trim()
        .split('\n')
        .map((line) => Number(line.split(' ')[0]));
    await vi.waitFor(() => expect(started()).toHaveLength(1), PATIENCE);
    process.kill(started()[0] ?? 0, 'SIGKILL');
    await vi.waitFor(() => expect(started()).toHaveLength(2), PATIENCE);
    expect(() => process.kill(started()[1] ?? 0, 0)).not.toThrow();
    // Nothing of the portal's own environment is theirs.
    const names = readFileSync(pids, 'utf8');
    expect(names).toContain('HOLDER');
    for (const secret of ['DATABASE_URL', 'ENCRYPTION_KEYS', 'SMTP_URL'])
      expect(names).not.toContain(secret);
    for (const flag of smallProcess) expect(names).toContain(flag);
    await running.stop();
    expect(() => process.kill(started()[1] ?? 0, 0)).toThrow('ESRCH');
  }, 90_000);
});
