import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { composed } from './compose.ts';
import { parseDockerfile, parseIgnore } from './dockerfile.ts';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'server/Dockerfile'), 'utf8');
const stages = parseDockerfile(text);
const last = stages.at(-1);
const takes = parseIgnore(readFileSync(join(root, 'server/Dockerfile.dockerignore'), 'utf8'));

describe('the image', () => {
  test('starts from the slim image of one long-supported Node, in every stage', () => {
    expect(stages).toHaveLength(2);
    for (const { base } of stages) expect(base).toBe('node:24-bookworm-slim');
  });

  test('takes into its last stage only what was built in the first, and no source', () => {
    const copies = last?.steps.filter((step) => step.name === 'COPY') ?? [];
    expect(copies.length).toBeGreaterThan(3);
    for (const { from } of copies) expect(from).toBe('build');
    expect(copies.flatMap(({ sources }) => sources)).toEqual([
      '/portal/package.json',
      '/portal/node_modules',
      '/portal/db/migrations',
      '/portal/dist/client',
      '/portal/dist/server',
    ]);
  });

  test('installs by the lock file, runs no script of a package, and leaves out what only we need', () => {
    const runs = stages[0]?.steps.flatMap((step) => (step.name === 'RUN' ? [step.text] : [])) ?? [];
    const [install, , prune] = runs;
    expect(install).toMatch(/^npm ci .*--ignore-scripts/);
    expect(prune).toMatch(/npm pkg delete devDependencies optionalDependencies\s+&& npm prune/);
    // The password hash is an optional package of a dependency: it must stay.
    expect(runs.join()).not.toContain('--omit');
  });

  test('runs as an ordinary user, in production, and has nothing secret in it', () => {
    const users = last?.steps.filter(({ name }) => name === 'USER');
    expect(users).toEqual([{ name: 'USER', text: 'node' }]);
    const env = last?.steps.find((step) => step.name === 'ENV')?.values ?? {};
    expect(env['NODE_ENV']).toBe('production');
    expect(text).not.toMatch(/PASSWORD|SECRET|TOKEN|KEYS|DATABASE_URL|^ARG/m);
    expect(last?.command[0]).toBe('node');
    expect(last?.healthcheck.join(' ')).toMatch(/^node -e fetch\(.*\/readyz/);
    for (const name of ['title', 'description', 'vendor', 'licenses'])
      expect(last?.labels[`org.opencontainers.image.${name}`]).toBeTruthy();
  });

  test('has the folder that the volume of copies is mounted over, so that it belongs to this user', () => {
    const env = last?.steps.find((step) => step.name === 'ENV')?.values ?? {};
    const made = last?.steps.at(-1);
    expect(made?.name === 'RUN' && made.text.split(' ')).toContain(env['EXPORT_STORE']);
    for (const name of ['web', 'worker'])
      expect(composed().services[name]?.volumes).toEqual([`copies:${env['EXPORT_STORE']}`]);
  });

  test.for([
    ['server/main.ts', true],
    ['db/migrations/0001_tables.sql', true],
    ['client/ui/button.tsx', true],
    ['server/crypto/vault.test.ts', false],
    ['server/auth/sign-in.pg.test.ts', false],
    ['server/testing/deps.ts', false],
    ['server/auth/testing.ts', false],
    ['db/testing.ts', false],
    ['.secrets/encryption_keys', false],
    ['.data/keys.json', false],
    ['.git/config', false],
    ['node_modules/vite/package.json', false],
    ['e2e/run.mjs', false],
  ] as const)('is made with %s at hand: %s', ([path, wanted]) => {
    expect(takes(path)).toBe(wanted);
  });
});

describe('reading a Dockerfile', () => {
  test.for([
    'FROM a\nADD x y',
    'FROM a\nRUN true\nONBUILD RUN true',
    'FROM a\nCOPY --chown=node:node x y',
    'FROM a\nCOPY x',
    'RUN true',
    'FROM a\nENV name',
    'FROM a\nCMD node main.js',
  ])('refuses what nobody here would carry out: %j', (unknown) => {
    expect(() => parseDockerfile(unknown)).toThrow(SyntaxError);
  });
});
