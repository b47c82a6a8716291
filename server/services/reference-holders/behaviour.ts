import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { HolderClient } from '../holder.ts';
import type { SubjectPort } from '../port.ts';

/** How a reference holder can be made to behave, to see what the portal makes of it. */
export const holderModes = ['normal', 'slow', 'failing', 'silent', 'lying'] as const;
export type HolderMode = (typeof holderModes)[number];

/** Within the lease of a task, and long enough to be seen. */
export const SLOW_MS = 15_000;
const SILENCE_MS = 1_000;
const LOOK_MS = 200;

const fileOf = (dir: string) => join(dir, 'mode');

/** Sets how the holder of a folder behaves from its next task on. */
export function setMode(dir: string, mode: HolderMode): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(`${fileOf(dir)}.part`, mode, { mode: 0o600 });
  renameSync(`${fileOf(dir)}.part`, fileOf(dir));
}

export function modeOf(dir: string): HolderMode {
  if (!existsSync(fileOf(dir))) return 'normal';
  const text = readFileSync(fileOf(dir), 'utf8').trim();
  return holderModes.find((mode) => mode === text) ?? 'normal';
}

/** A port that answers late, not at all, or what is not true, as it was told. */
export function behavingPort(port: SubjectPort, dir: string): SubjectPort {
  const before = async () => {
    const mode = modeOf(dir);
    if (mode === 'slow') await wait(SLOW_MS);
    if (mode === 'failing') throw new Error('this holder fails, as it was told');
    return mode;
  };
  return {
    describe: () => port.describe(),
    read: (person) => before().then(() => port.read(person)),
    export: (person) => before().then(() => port.export(person)),
    correct: (person, change) => before().then(() => port.correct(person, change)),
    restrict: (person, wish) => before().then(() => port.restrict(person, wish)),
    erase: async (person) =>
      (await before()) === 'lying' ? { records: 1, kept: null } : port.erase(person),
    verifyErased: (person) => before().then(() => port.verifyErased(person)),
  };
}

/** A client that asks for nothing while its holder is silent, and stops asking when it falls silent. */
export function behavingClient(client: HolderClient, dir: string): HolderClient {
  const silent = () => modeOf(dir) === 'silent';
  return {
    tasks: {
      async claim(input, { signal } = {}) {
        if (silent()) {
          await wait(SILENCE_MS, null, signal ? { signal } : {}).catch(() => {});
          return { tasks: [] };
        }
        const fallen = new AbortController();
        const watch = setInterval(() => silent() && fallen.abort(), LOOK_MS);
        const ends = signal ? AbortSignal.any([signal, fallen.signal]) : fallen.signal;
        try {
          return await client.tasks.claim(input, { signal: ends });
        } catch (cause) {
          if (fallen.signal.aborted) return { tasks: [] };
          throw cause;
        } finally {
          clearInterval(watch);
        }
      },
      answer: (input) => client.tasks.answer(input),
    },
  };
}
