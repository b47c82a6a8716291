import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { expect, test } from 'vitest';
import { endingOf, UsageError } from './usage-error.ts';

const HOW = 'How commands are written: npm run admin -- help';

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (cause) {
    return cause;
  }
  throw new Error('nothing was thrown');
}

test('a command that was mistyped ends with what is wrong and one line on where the rest stands', () => {
  expect(endingOf(new UsageError('There is no service ledger.'))).toEqual({
    words: `There is no service ledger.\n${HOW}`,
    code: 2,
  });
  const unknown = thrown(() => parseArgs({ args: ['--colour'], options: {} }));
  expect(endingOf(unknown).code).toBe(2);
  expect(endingOf(unknown).words).toMatch(/^Unknown option '--colour'.*\n.*admin -- help$/);
});

test('one that failed for another reason says that alone', () => {
  expect(endingOf(new Error('The database is away.'))).toEqual({
    words: 'The database is away.',
    code: 1,
  });
  expect(endingOf('gone')).toEqual({ words: 'gone', code: 1 });
});

test('the terminal shows two lines for a mistake, and every command to who asks for help', () => {
  const admin = (...args: string[]) => {
    const ran = spawnSync(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'admin.ts'), ...args],
      { encoding: 'utf8', env: { PATH: process.env['PATH'] } },
    );
    return { code: ran.status, out: ran.stdout, err: ran.stderr };
  };
  const wrong = admin('burn');
  expect(wrong).toEqual({ code: 2, out: '', err: `There is no command burn.\n${HOW}\n` });
  const help = admin('help');
  expect([help.code, help.err]).toEqual([0, '']);
  for (const command of ['load-usage', 'services retire', 'staff invite', 'secrets'])
    expect(help.out).toContain(`\n  ${command}`);
  expect(admin()).toEqual({ code: 2, out: '', err: help.out });
}, 60_000);
