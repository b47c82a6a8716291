import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Built, outerEnv } from './build.ts';

const READY_MS = 60_000;
const running: ChildProcess[] = [];

/** Starts what an image starts, on its own files and with its own environment. */
export function start(
  { root: stageRoot, workdir, env }: Built,
  command: string[],
  settings: Record<string, string>,
): ChildProcess {
  const below = (text: string) => (text.startsWith('/') ? join(stageRoot, text) : text);
  const own = Object.fromEntries(Object.entries(env).map(([name, text]) => [name, below(text)]));
  const child = spawn(command[0] ?? '', command.slice(1), {
    cwd: join(stageRoot, workdir),
    env: { ...outerEnv(), ...own, HOST: '127.0.0.1', INTERNAL_HOST: '127.0.0.1', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  return child;
}

/** How a process ended, and what it said. */
export async function ended(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      said += chunk;
    });
  if (child.exitCode !== null || child.signalCode !== null) return { code: child.exitCode, said };
  const [code] = await once(child, 'close');
  return { code, said };
}

/** Asks until it is ready, at most a minute; a refused connection means that it is not there yet. */
export async function readiness(url: string): Promise<string> {
  const since = performance.now();
  let answer = 'nothing answers';
  while (performance.now() - since < READY_MS) {
    const response = await fetch(`${url}/readyz`).catch(() => null);
    if (response) answer = `${response.status} ${await response.text()}`;
    if (response?.ok) break;
    await wait(100);
  }
  return answer;
}

/** The sign-in page, as a proxy in front would ask for it: `fetch` takes no Host. */
export async function pageOf(
  port: string,
  host: string,
): Promise<{ status: number; text: string }> {
  const call = get({ host: '127.0.0.1', port, path: '/sign-in', headers: { host } });
  const [answer] = await once(call, 'response');
  let text = '';
  for await (const piece of answer.setEncoding('utf8')) text += piece;
  return { status: answer.statusCode, text };
}

/** Two ports that nobody listens on. */
export async function ports(): Promise<{ PORT: string; INTERNAL_PORT: string }> {
  const [PORT = '', INTERNAL_PORT = ''] = await Promise.all([freePort(), freePort()]);
  return { PORT, INTERNAL_PORT };
}

async function freePort(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  return String(address && typeof address === 'object' ? address.port : 0);
}

/** Ends whatever still runs. */
export async function endAll(): Promise<void> {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
