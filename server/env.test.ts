import { describe, expect, test } from 'vitest';
import { EnvError, parseEnv } from './env.ts';

const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://portal@db/portal',
  ENCRYPTION_KEYS: 'keys',
  PUBLIC_URL: 'https://privacy.example.com',
};
const REFUSED = /^CONSOLE_URL: another host than PUBLIC_URL[^\n]*$/m;

function problemsOf(settings: Record<string, string>): string {
  try {
    parseEnv(settings);
    return '';
  } catch (cause) {
    if (cause instanceof EnvError) return cause.message;
    throw cause;
  }
}

describe('in production the console has a host of its own', () => {
  test.each([
    undefined,
    'https://privacy.example.com/console',
    'https://privacy.example.com:8443/console',
    'https://PRIVACY.example.com./console',
  ])('or nothing starts, neither web nor worker: %s', (url) => {
    for (const ROLE of ['all', 'web', 'worker'])
      expect(problemsOf({ ...production, ROLE, ...(url && { CONSOLE_URL: url }) })).toMatch(
        REFUSED,
      );
  });

  test('which stands among the other problems, and is no matter of who migrates or of a demo', () => {
    const { DATABASE_URL: _database, ...without } = production;
    expect(problemsOf(without)).toMatch(REFUSED);
    expect(problemsOf(without)).toMatch(/^DATABASE_URL: required/m);
    expect(problemsOf({ ...production, ROLE: 'migrate' })).toBe('');
    expect(problemsOf({ PUBLIC_URL: 'https://privacy.example.com' })).toBe('');
    const apart = { ...production, CONSOLE_URL: 'https://staff.example.com/console' };
    expect(problemsOf(apart)).toBe('');
  });
});

describe('a limit that is written wrongly', () => {
  test.each([
    ['ANONYMOUS_CALLS', ['0', '-1', '29', '1.5', 'NaN', 'Infinity', '300 a minute', '1e9', '0x']],
    ['KEEP_ALIVE_SECONDS', ['0', '-1', 'never', '3601', '65s']],
    ['DELETION_GRACE_DAYS', ['-1', '15', 'a week', '7d']],
    ['HOLDER_WAIT_SECONDS', ['-1', '86401', 'long']],
    [
      'TRUST_PROXY',
      ['true', 'all', '*', '-1', '100', 'yes, 1', '1.2', '10.0.0.0/33', '::1/129', '/8', ','],
    ],
    ['METRICS_TOKEN', ['short']],
  ])('is no limit of none: nothing starts with %s', (name, wrong) => {
    for (const value of wrong)
      expect([value, problemsOf({ [name]: value })]).toEqual([
        value,
        expect.stringMatching(new RegExp(`^${name}: `, 'm')),
      ]);
    // Left out or empty it is what the README says, not none.
    expect(problemsOf({})).toBe('');
    expect(problemsOf({ [name]: '' })).toBe('');
  });
});

test('a proxy is trusted by number, by address, by network, or by what Express calls it', () => {
  for (const TRUST_PROXY of ['1', '12', '10.0.0.1', '10.0.0.0/8, ::1/128', 'loopback, 192.0.2.7'])
    expect([TRUST_PROXY, problemsOf({ TRUST_PROXY })]).toEqual([TRUST_PROXY, '']);
});
