import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { nodeFlags } from './node-flags.mjs';

/**
 * Runs a script in a process of its own, because Node takes its memory settings at its start only. To
 * who looks from outside the two are one: signals are passed on, the end of one is the end of the other.
 * The script finds a channel to here (`process.connected`) and is to stop when that closes.
 *
 * @param {string} script
 * @returns {Promise<number>} the exit code for this process
 */
export function serve(script) {
  const child = spawn(process.execPath, [...nodeFlags(), script], {
    // A group of its own: Ctrl-C reaches it once, from here, and not twice.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const pass = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, pass);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
