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
