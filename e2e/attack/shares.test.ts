import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** Of each program a share that says whether it still finds what it looks for; its figures need all of it, and a quiet machine. */
test.for([
  ['races', ['--rounds', '1', '--hands', '10']],
  ['dump', ['--people', '3']],
  ['sign-ins', ['--rounds', '1', '--people', '10', '--delay-ms', '0']],
] as [string, string[]][])(
  'a share of %s finds everything as it should be',
  { timeout: 240_000 },
  async ([name, options]) => {
    const program = join(root, 'e2e/attack', name, 'main.ts');
    const run = promisify(execFile)(process.execPath, ['--import', 'tsx', program, ...options], {
      cwd: root,
    });
    const said = await run.then(
      ({ stdout }) => stdout,
      (cause: { stdout?: string; stderr?: string }) => `${cause.stdout}${cause.stderr}MISS`,
    );
    expect(said).toMatch(/ok {3}.*\n {5}(\d+) of \1 as it should be/s);
    expect(said).not.toContain('MISS');
  },
);
