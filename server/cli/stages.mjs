// Stages of a check: what each runs, what it says, how long it takes.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './prepare.mjs';

/**
 * Runs stages beside each other, as many as there are. What they say is told in the order of the list:
 * the first as it comes, each other from the moment at which those before it have ended.
 *
 * @param stages `{ name, args, env }`, `args` for this Node
 * @returns names of those that failed
 */
export async function together(stages) {
  const running = stages.map(begin);
  const failed = [];
  for (const [index, { name }] of stages.entries()) {
    process.stdout.write(`\n— ${name}\n`);
    const { ok, seconds } = await running[index].tell();
    process.stdout.write(`  ${seconds} s\n`);
    if (!ok) failed.push(name);
  }
  return failed;
}

const children = new Set();
let askedToEnd = false;

/** Begins a stage; what it says is kept until somebody is told. */
function begin({ args, env = {} }) {
  // The signal may have come between two stages.
  if (askedToEnd) return { tell: async () => ({ ok: false, seconds: '0.0' }) };
  const started = Date.now();
  const said = [];
  let hear = (chunk) => said.push(chunk);
  const ended = new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => hear(chunk));
    child.once('error', (cause) => hear(`${cause.message}\n`));
    child.once('close', (code) => {
      children.delete(child);
      resolve({ ok: code === 0, seconds: ((Date.now() - started) / 1_000).toFixed(1) });
    });
  });
  return {
    tell() {
      hear = (chunk) => process.stdout.write(chunk);
      for (const chunk of said) hear(chunk);
      return ended;
    },
  };
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
