import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { nativeFolder } from './binaries.ts';
import { EmbeddedError } from './errors.ts';

/** How and where the server binaries run. PostgreSQL refuses to run as root. */
export type PostgresRunner = {
  /** Folder with bin, lib and share. */
  native: string;
  /** Folder in which the cluster `pg` lies. */
  base: string;
  /** What stands before the program's name. */
  prefix: readonly string[];
  uid: number | null;
  /** Where data lies, if not where one would look. */
  note: string | null;
};

const NOBODY = 65_534;
const ORDINARY_IN_NAMESPACE = '1000';
const OUTSIDE = '/var/lib/easellm-privacy';
const LOCATION_FILE = 'pg-location.json';

export type RunAs = 'auto' | 'namespace' | 'nobody';

/**
 * As an ordinary user: the binaries as they are, data in `dataDir`. As root: the same in a user
 * namespace where the kernel allows one (root inside `dataDir`, an ordinary user to PostgreSQL); else
 * as `nobody`, with a copy of the binaries and the cluster outside any closed path, recorded in
 * `dataDir`.
 */
export function postgresRunner(dataDir: string, runAs: RunAs = 'auto'): PostgresRunner {
  const native = nativeFolder();
  const inPlace = { native, base: dataDir, prefix: [], uid: null, note: null };
  if (process.getuid?.() !== 0) return inPlace;
  const moved = existsSync(join(dataDir, LOCATION_FILE));
  if (runAs !== 'nobody' && !moved && namespaceWorks(join(native, 'bin', 'postgres'))) {
    return { ...inPlace, prefix: namespacePrefix };
  }
  if (runAs === 'namespace')
    throw new EmbeddedError('This system allows no user namespaces to root.');
  return outside(dataDir, native);
}

const namespacePrefix = [
  'unshare',
  '--user',
  `--map-user=${ORDINARY_IN_NAMESPACE}`,
  `--map-group=${ORDINARY_IN_NAMESPACE}`,
];

function namespaceWorks(program: string): boolean {
  const [command = '', ...args] = namespacePrefix;
  return spawnSync(command, [...args, program, '--version'], { stdio: 'ignore' }).status === 0;
}

function outside(dataDir: string, native: string): PostgresRunner {
  const location = join(dataDir, LOCATION_FILE);
  const base = existsSync(location)
    ? String(JSON.parse(readFileSync(location, 'utf8')).base)
    : join(OUTSIDE, createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
  mkdirSync(OUTSIDE, { recursive: true, mode: 0o755 });
  const copy = copyNative(native);
  mkdirSync(base, { recursive: true, mode: 0o700 });
  chownSync(base, NOBODY, NOBODY);
  if (!existsSync(location)) writeFileSync(location, JSON.stringify({ base }), { mode: 0o600 });
  return {
    native: copy,
    base,
    prefix: [],
    uid: NOBODY,
    note: `PostgreSQL does not run as root: the database lies in ${base} and runs as an ordinary user.`,
  };
}

/** A copy of the binaries that every user can read, made once for each version. */
function copyNative(native: string): string {
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8'));
  const target = join(OUTSIDE, `postgres-${version}`);
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
  chmodSync(partial, 0o755);
  try {
    renameSync(partial, target);
  } catch (cause) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(target)) throw cause;
  }
  return target;
}
