import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repoFile } from '../testing/repo-file.ts';

const root = join(import.meta.dirname, '../..');

type Manifest = Partial<
  Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>
> & { allowScripts: Record<string, boolean>; scripts: Record<string, string> };
type Locked = {
  version: string;
  name?: string;
  integrity?: string;
  resolved?: string;
  link?: boolean;
  hasInstallScript?: boolean;
};
const manifest: Manifest = JSON.parse(repoFile('package.json'));
const lock: { packages: Record<string, Locked & Manifest> } = JSON.parse(
  repoFile('package-lock.json'),
);
const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');
const nameOf = (path: string, { name }: Locked) => name ?? path.split('node_modules/').at(-1) ?? '';

describe('every package', () => {
  test('that we ask for is asked for in one version, and that one is locked', () => {
    let asked = 0;
    for (const kind of kinds) {
      expect(lock.packages['']?.[kind]).toEqual(manifest[kind]);
      for (const [name, wanted] of Object.entries(manifest[kind] ?? {})) {
        asked += 1;
        expect([name, wanted]).toEqual([
          name,
          expect.stringMatching(/^(npm:@?[\w./-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/),
        ]);
        const version = wanted.replace(/^npm:.*@/, '');
        expect([name, lock.packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
      }
    }
    expect(asked).toBeGreaterThan(50);
  });

  test('is locked by the hash of its content, and comes from a registry and nowhere else', () => {
    expect(locked.length).toBeGreaterThan(300);
    for (const [path, { integrity, resolved, link }] of locked) {
      expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-[\w+/]{86}==$/)]);
      expect([path, link ?? false]).toEqual([path, false]);
      expect([path, resolved ?? 'https:']).toEqual([path, expect.stringMatching(/^https:/)]);
    }
  });

  test('runs nothing when it is installed: npm is told so, and each that would is named', () => {
    expect(repoFile('.npmrc')).toMatch(/^ignore-scripts=true$/m);
    const would = locked.filter(([, { hasInstallScript }]) => hasInstallScript);
    const named = Object.keys(manifest.allowScripts).sort();
    expect(would.map(([path, entry]) => nameOf(path, entry)).sort()).toEqual(named);
    expect(Object.values(manifest.allowScripts)).not.toContain(true);
    for (const own of ['preinstall', 'install', 'postinstall', 'prepare', 'prestart', 'pretest'])
      expect(manifest.scripts).not.toHaveProperty(own);
  });

  // With `--omit dev` npm leaves out what a package for development needs as well, zod among them.
  test('is in the bill of materials with its hash, which npm makes without a network', () => {
    const [program = '', ...args] = (manifest.scripts['sbom'] ?? '').split(' ');
    const made = spawnSync(program, [...args, '--offline'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      shell: process.platform === 'win32',
    });
    const bill: {
      bomFormat: string;
      components: { purl: string; hashes?: { alg: string; content: string }[] }[];
    } = JSON.parse(made.stdout);
    expect(bill.bomFormat).toBe('CycloneDX');
    const listed = new Map(
      bill.components.map(({ purl, hashes }) => [decodeURIComponent(purl), hashes ?? []]),
    );
    for (const [path, entry] of locked) {
      const purl = `pkg:npm/${nameOf(path, entry)}@${entry.version}`;
      const content = Buffer.from(entry.integrity?.slice(7) ?? '', 'base64').toString('hex');
      expect([purl, listed.get(purl)]).toEqual([purl, [{ alg: 'SHA-512', content }]]);
    }
  });
});

test('lucia, whose maintenance has ended, is imported in one file', () => {
  const importing = ['server', 'db', 'client', 'e2e'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|tsx|mjs)$/.test(name))
      .map((name) => join(folder, name))
      .filter((name) => /(from|import\()\s*['"]lucia['"/]/.test(repoFile(name))),
  );
  expect(importing).toEqual([join('server', 'auth', 'lucia.ts')]);
});
