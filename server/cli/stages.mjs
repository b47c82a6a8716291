// Stages of a check: what each runs, what it says, how long it takes.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './prepare.mjs';

/**
 * Runs stages beside each other, as many as there are. What each says is kept apart, and told in the
 * order of the list.
 *
 * @param stages `{ name, args }`, `args` for this Node
 * @returns names of those that failed
 */
export async function together(stages) {
  const running = stages.map((stage) => finish(stage, ['ignore', 'pipe', 'pipe']));
  const failed = [];
  for (const [index, { name }] of stages.entries()) {
    const { ok, said, seconds } = await running[index];
    tell(name, `${said}  ${seconds} s\n`);
    if (!ok) failed.push(name);
  }
  return failed;
}

/**
 * Runs one stage with our terminal.
 *
 * @returns whether it held
 */
export async function alone({ name, args, env }) {
  tell(name, '');
  const { ok, seconds } = await finish({ args, env }, ['ignore', 'inherit', 'inherit']);
  process.stdout.write(`  ${seconds} s\n`);
  return ok;
}

function tell(name, text) {
  process.stdout.write(`\n— ${name}\n${text}`);
}

const children = new Set();
let askedToEnd = false;

function finish({ args, env = {} }, stdio) {
  // The signal may have come between two stages.
  if (askedToEnd) return Promise.resolve({ ok: false, said: '', seconds: '0.0' });
  const started = Date.now();
  const said = [];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio,
    });
    children.add(child);
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => said.push(chunk));
    child.once('error', (cause) => said.push(Buffer.from(`${cause.message}\n`)));
    child.once('close', (code) => {
      children.delete(child);
      resolve({
        ok: code === 0,
        said: Buffer.concat(said).toString(),
        seconds: ((Date.now() - started) / 1_000).toFixed(1),
      });
    });
  });
}

/**
 * Whoever asks us to end asks the stages: they put away what they made, no further one begins, and we
 * say how far we came. A second time everything ends at once.
 */
export function passOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      for (const child of children) child.kill(askedToEnd ? 'SIGKILL' : signal);
      if (askedToEnd) process.exit(1);
      askedToEnd = true;
    });
}

/** Path of a tool in node_modules. */
export function toolAt(path) {
  return join(root, 'node_modules', path);
}
