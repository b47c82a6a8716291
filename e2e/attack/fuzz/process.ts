import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';

const ROOT = join(import.meta.dirname, '../../..');
const READY_MS = 60_000;
const SOON_MS = 5_000;

/** The built portal as a process of its own. */
export type PortalProcess = {
  child: ChildProcess;
  port: number;
  internalPort: number;
  /** How it says it is reached. */
  url: string;
  /** Everything that it wrote, to either stream. */
  written(): string;
  /** How it ended, or null while it runs. */
  ended(): string | null;
  /** The same a moment later: a connection breaks before the end is known. */
  endedSoon(): Promise<string | null>;
  /** Resident memory, bytes; Linux alone. */
  resident(): number;
  stop(): Promise<void>;
};

/**
 * Starts what `server/cli/build.mjs` built and waits until it is ready.
 * @param comment what every statement carries that it sends
 */
export async function startBuilt(
  env: Record<string, string>,
  comment: string,
): Promise<PortalProcess> {
  const [port, internalPort] = [await freePort(), await freePort()];
  const hook = join(import.meta.dirname, 'comment-sql.mjs');
  const child = spawn(process.execPath, ['--import', hook, join(ROOT, 'dist/server/main.js')], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      INTERNAL_PORT: String(internalPort),
      FUZZ_COMMENT: comment,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // It does not outlive whoever attacks it.
  process.once('exit', () => child.kill('SIGKILL'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const pieces: string[] = [];
  let ended: string | null = null;
  child.once('exit', (code, signal) => {
    ended = `ended with ${code ?? signal}`;
  });
  const ready = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the portal was not ready in time')), READY_MS);
    child.once('exit', () => reject(new Error(`the portal ${ended}\n${pieces.join('')}`)));
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (piece: string) => {
        pieces.push(piece);
        if (!piece.includes('Ready on')) return;
        clearTimeout(late);
        resolve();
      });
  });
  try {
    await ready;
  } catch (cause) {
    child.kill('SIGKILL');
    throw cause;
  }
  return {
    child,
    port,
    internalPort,
    url: `http://localhost:${port}`,
    written: () => pieces.join(''),
    ended: () => ended,
    endedSoon: () =>
      Promise.race([
        once(child, 'exit').then(() => ended),
        new Promise<null>((resolve) => setTimeout(() => resolve(null), SOON_MS)),
      ]),
    resident: () => residentOf(child.pid),
    async stop() {
      if (ended !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function residentOf(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1_024;
}
