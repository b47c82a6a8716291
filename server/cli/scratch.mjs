// Where tests write what nobody needs after them.
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
const NEEDED_BYTES = 4 * 1024 ** 3;
const NAME = 'portal-scratch-';

/**
 * An empty folder that goes with this process, in memory where there is plenty. Databases of tests make
 * and remove thousands of files; a disk's file system took a sixth of the time of all tests for that.
 */
export function makeScratch() {
  const within = memoryIsPlenty() ? MEMORY : tmpdir();
  removeLeft(within);
  const scratch = mkdtempSync(join(within, `${NAME}${process.pid}-`));
  // Where we are root, PostgreSQL runs as somebody else.
  chmodSync(scratch, 0o755);
  process.on('exit', () => remove(scratch));
  return scratch;
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

/** What a process left that was killed. Where processes cannot be seen, nothing is removed. */
function removeLeft(within) {
  if (!existsSync('/proc/self')) return;
  for (const name of readdirSync(within)) {
    const [pid] = name.startsWith(NAME) ? name.slice(NAME.length).split('-') : [];
    if (pid && !existsSync(`/proc/${pid}`)) remove(join(within, name));
  }
}

function remove(path) {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}
