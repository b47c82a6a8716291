import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedError } from './errors.ts';

type Holder = { pid: number; startedAt: string };

/**
 * One portal for each data directory. A lock of a process that is gone, or whose number another process
 * has by now, does not count.
 * @throws {EmbeddedError} while another portal runs on the directory
 */
export function lockDirectory(dataDir: string): { release(): void } {
  const path = join(dataDir, 'portal.lock');
  const mine: Holder = { pid: process.pid, startedAt: startOf(process.pid) ?? '' };
  for (let tries = 0; tries < 3; tries += 1) {
    try {
      writeFileSync(path, JSON.stringify(mine), { flag: 'wx', mode: 0o600 });
      return { release: () => rmSync(path, { force: true }) };
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    }
    const holder = readHolder(path);
    if (holder && holder.pid !== process.pid && isAlive(holder)) {
      throw new EmbeddedError(
        `Another portal (process ${holder.pid}) uses ${dataDir}. Stop it, or set DATA_DIR and PORT to start a second one.`,
      );
    }
    rmSync(path, { force: true });
  }
  throw new EmbeddedError(`The lock in ${dataDir} cannot be taken.`);
}

function readHolder(path: string): Holder | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (value && typeof value === 'object' && 'pid' in value && 'startedAt' in value)
      return value as Holder;
  } catch {
    // A torn lock file is nobody's.
  }
  return null;
}

/** When a process started, so that a reused number is not mistaken for it; null when it is gone. */
export function startOf(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ESRCH') return null;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? '');
  } catch {
    return '';
  }
}

/** Whether a live process holds the directory. */
export function isLocked(dataDir: string): boolean {
  const holder = readHolder(join(dataDir, 'portal.lock'));
  return holder !== null && isAlive(holder);
}

function isAlive(holder: Holder): boolean {
  return startOf(holder.pid) === holder.startedAt;
}
