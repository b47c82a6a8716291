// Plain JavaScript: runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { completeClient } from './client-package.mjs';
import { compressFiles } from './compress.mjs';

export const root = join(import.meta.dirname, '../..');
const FLOOR = [20, 19];
export const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Ends with one sentence on a Node that is too old. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > FLOOR[0] || (major === FLOOR[0] && minor >= FLOOR[1])) return;
  process.stderr.write(
    `Node ${FLOOR.join('.')} or newer is needed; this is ${process.versions.node}.\n`,
  );
  process.exit(1);
}

/** Runs a program with our terminal; ends with its exit code when it fails. */
export function run(command, args, { env = {}, quiet = false } = {}) {
  const done = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  if (done.status === 0) return done;
  if (quiet) process.stderr.write(`${done.stdout ?? ''}${done.stderr ?? ''}`);
  process.stderr.write(`${[command, ...args].join(' ')} failed.\n`);
  process.exit(done.status ?? 1);
}

/** A tool of node_modules, run by this Node. */
export function tool(path, args, options) {
  return run(process.execPath, [join(root, 'node_modules', path), ...args], options);
}

/** Installs what the lock file names, unless it is there. `npm install` and not `npm ci`: it leaves out other systems' packages that a registry lacks. */
export async function install() {
  await alone(() => {
    const wanted = hashOf([join(root, 'package.json'), join(root, 'package-lock.json')]);
    const stamp = join(root, 'node_modules', '.installed');
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
    process.stdout.write('Installing packages …\n');
    run(npm, ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
      quiet: true,
    });
    writeFileSync(stamp, wanted);
  });
}

/** Builds client, server and the services' typed client, unless the build was made of these very sources. */
export async function build() {
  await alone(() => {
    const sources = ['client', 'server', 'db']
      .flatMap((room) => filesOf(join(root, room)))
      .filter((path) => !path.includes('.test.'));
    const wanted = hashOf([
      join(root, 'package.json'),
      join(root, 'package-lock.json'),
      join(root, 'tsconfig.json'),
      join(root, 'README.md'),
      ...sources.sort(),
    ]);
    const stamp = join(root, 'dist', '.built');
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
    process.stdout.write('Building …\n');
    const env = { NODE_ENV: 'production' };
    tool(
      'vite/bin/vite.js',
      ['build', '--config', 'client/vite.config.ts', '--logLevel', 'warn', 'client'],
      { env },
    );
    compressFiles(join(root, 'dist', 'client', 'assets'));
    tool(
      'vite/bin/vite.js',
      ['build', '--config', 'server/vite.config.ts', '--logLevel', 'warn', 'server'],
      { env },
    );
    tool(
      'vite/bin/vite.js',
      [
        'build',
        '--config',
        'server/services/vite.config.ts',
        '--logLevel',
        'warn',
        'server/services',
      ],
      { env },
    );
    tool('@typescript/native/bin/tsc', ['-p', 'server/services/tsconfig.json']);
    completeClient({ root, dir: join(root, 'dist', 'client-package') });
    writeFileSync(stamp, wanted);
  });
}

/** Two starts side by side install and build one after the other. */
async function alone(work) {
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  const lock = join(root, 'node_modules', '.preparing');
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (cause) {
      if (cause.code !== 'EEXIST') throw cause;
      if (isGone(lock)) rmSync(lock, { force: true });
      else await wait(200);
    }
  }
  const release = () => rmSync(lock, { force: true });
  process.on('exit', release);
  try {
    work();
  } finally {
    release();
    process.off('exit', release);
  }
}

function isGone(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return false;
  } catch (cause) {
    return cause.code === 'ESRCH' || cause.code === 'ENOENT';
  }
}

function filesOf(dir) {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    if (!existsSync(path) || !statSync(path).isFile()) continue;
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}
