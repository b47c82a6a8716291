import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const PROGRAM = join(import.meta.dirname, 'end-with-npm.mjs');

/** What npm starts, behind the shell between them: says that it is told to end, and ends. */
const STARTED = `
  import { endWithNpm } from ${JSON.stringify(PROGRAM)};
  endWithNpm();
  process.on('SIGTERM', () => { process.stdout.write('told to end'); process.exit(); });
  setInterval(() => {}, 1_000);
  process.stdout.write('begun, ');`;
const SHELL = `
  require('node:child_process').spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(STARTED)}],
    { stdio: 'inherit' });`;

test('what npm started is told to end when the shell between them was ended, which tells nobody', async () => {
  const shell = spawn(process.execPath, ['-e', SHELL], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, npm_lifecycle_event: 'start' },
  });
  onTestFinished(() => void shell.kill('SIGKILL'));
  let said = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  while (!said.includes('begun')) await once(shell.stdout, 'data');
  shell.kill('SIGKILL');
  // The pipe closes when the last process that writes into it has ended.
  await once(shell.stdout, 'close');
  expect(said).toBe('begun, told to end');
});
