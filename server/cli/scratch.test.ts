import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';

const program = join(import.meta.dirname, 'scratch.mjs');
const within = mkdtempSync(join(tmpdir(), 'portal-scratches-'));
afterAll(() => rmSync(within, { recursive: true }));

/** A process with a scratch folder of its own, which ends when its standard input does. */
async function begin() {
  const script = `
    import { writeFileSync } from 'node:fs';
    import { makeScratch } from ${JSON.stringify(program)};
    const scratch = makeScratch({ within: ${JSON.stringify(within)} });
    writeFileSync(scratch + '/file', 'made by a test');
    process.stdout.write(scratch);
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  onTestFinished(async () => {
    child.stdin.end();
    await gone;
  });
  const [path] = await once(child.stdout, 'data');
  return { child, folder: String(path), gone };
}

test('a scratch folder goes with its process, and can be entered by who runs PostgreSQL for root', async () => {
  const { child, folder, gone } = await begin();
  expect(existsSync(join(folder, 'file'))).toBe(true);
  expect(statSync(folder).mode & 0o777).toBe(0o755);
  child.stdin.end();
  await gone;
  expect(existsSync(folder)).toBe(false);
});

test('what a killed process left goes with the next start; what a living one uses stays', async () => {
  const [killed, living] = [await begin(), await begin()];
  killed.child.kill('SIGKILL');
  await killed.gone;
  expect(existsSync(killed.folder)).toBe(true);
  const next = await begin();
  expect([killed, living, next].map(({ folder }) => existsSync(join(folder, 'file')))).toEqual([
    false,
    true,
    true,
  ]);
});

test('what is not of ours stays, whatever it is called', async () => {
  const killed = await begin();
  killed.child.kill('SIGKILL');
  await killed.gone;
  const number = (name: string) => name.replace(/-\d+-(\d+)-/, '-0-$1-');
  const theirs = [
    'portal-scratch-notes',
    'portal-scratch-999999999-mine',
    // Of a process that cannot be seen from here.
    number(basename(killed.folder)),
  ].map((name) => join(within, name));
  for (const path of theirs) mkdirSync(path);
  const link = killed.folder.replace(/.{6}$/, 'aLinkx');
  symlinkSync(within, link);
  await begin();
  expect([...theirs, link].filter((path) => !existsSync(path))).toEqual([]);
  expect(existsSync(killed.folder)).toBe(false);
});
