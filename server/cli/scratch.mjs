// Where tests write what nobody needs after them.
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
const NEEDED_BYTES = 4 * 1024 ** 3;
/** Whose it is: the process, and the set of processes that its number is counted in. */
const NAME = /^portal-scratch-(\d+)-(\d+)-[A-Za-z0-9]{6}$/;

/**
 * An empty folder that goes with this process, in memory where there is plenty. Databases of tests make
 * and remove thousands of files; a disk's file system took a sixth of the time of all tests for that.
 */
export function makeScratch({ within = memoryIsPlenty() ? MEMORY : tmpdir() } = {}) {
  removeLeft(within);
  const scratch = mkdtempSync(join(within, `portal-scratch-${processes()}-${process.pid}-`));
  // Where we are root, PostgreSQL runs as somebody else.
  chmodSync(scratch, 0o755);
  process.on('exit', () => remove(scratch));
  return scratch;
}

/** Number of the set of processes that can see each other; 0 where there is one at most. */
function processes() {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))[0];
  } catch {
    return '0';
  }
}

function memoryIsPlenty() {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return Math.min(bavail * bsize, freemem()) >= NEEDED_BYTES;
  } catch {
    return false;
  }
}

/** What a process of ours left that was killed. Where processes cannot be seen, nothing is removed. */
function removeLeft(within) {
  if (!existsSync('/proc/self')) return;
  for (const name of readdirSync(within)) {
    const [, among, pid] = NAME.exec(name) ?? [];
    if (among !== processes() || existsSync(`/proc/${pid}`)) continue;
    try {
      const path = join(within, name);
      const found = lstatSync(path);
      if (found.isDirectory() && found.uid === process.getuid()) remove(path);
    } catch {
      // Somebody else was faster, or it is not ours to remove.
    }
  }
}

function remove(path) {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}
