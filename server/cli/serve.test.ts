import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

const serveFile = JSON.stringify(join(import.meta.dirname, 'serve.mjs'));

/** A script under its launcher: what it says, line by line, and how the launcher ends. */
function launch(script: string, env: NodeJS.ProcessEnv = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'portal-serve-'));
  const file = join(dir, 'script.mjs');
  writeFileSync(file, script);
  const code = `import { serve } from ${serveFile}; process.exitCode = await serve(${JSON.stringify(file)});`;
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    launcher.kill('SIGKILL');
    rmSync(dir, { recursive: true });
  });
  return { launcher, said: linesOf(launcher), ended: once(launcher, 'exit') };
}

async function* linesOf({ stdout }: ChildProcess): AsyncGenerator<string, string> {
  let rest = '';
  for await (const chunk of stdout ?? []) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  return rest;
}

const next = async (said: AsyncGenerator<string, string>) => (await said.next()).value;

const WAITS = `
  process.on('SIGTERM', () => { console.log('told to stop'); process.exit(7); });
  process.on('disconnect', () => { console.log('left alone'); process.exit(0); });
  console.log(process.pid);`;

describe('what is served by a launcher', () => {
  test('gets bounded memory, unless whoever starts it says how much', async () => {
    const flags = 'console.log(process.execArgv.join(" "))';
    expect(await next(launch(flags).said)).toMatch(/--max-old-space-size=\d+/);
    const { said } = launch(flags, { NODE_OPTIONS: '--max_old_space_size=512' });
    expect(await next(said)).not.toContain('old-space');
  });

  test('is told a signal once, and its exit code is the launcher’s', async () => {
    const { launcher, said, ended } = launch(WAITS);
    await next(said);
    launcher.kill('SIGTERM');
    expect(await next(said)).toBe('told to stop');
    expect(await ended).toEqual([7, null]);
    expect(await next(said)).toBe('');
  });

  test('ends the launcher when it is killed, as something that failed', async () => {
    const { said, ended } = launch(WAITS);
    process.kill(Number(await next(said)), 'SIGKILL');
    expect(await ended).toEqual([137, null]);
  });

  test('does not outlive a launcher that was killed', async () => {
    const { launcher, said } = launch(WAITS);
    await next(said);
    launcher.kill('SIGKILL');
    expect(await next(said)).toBe('left alone');
    expect(await next(said)).toBe('');
  });
});
