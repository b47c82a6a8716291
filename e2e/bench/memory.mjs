// What processes have in memory. Linux alone.
import { readdirSync, readFileSync } from 'node:fs';

/** Bytes as megabytes, to a tenth. */
export const mb = (bytes) => Number((bytes / 1_048_576).toFixed(1));

/**
 * Memory of the portal and of every Node process below it, in bytes, as the kernel counts it.
 *
 * @param measure what is resident now, or the most that each of them ever had: its sum is never too low
 */
export function memoryOf(root, measure = 'VmRSS') {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        const field = (name) => status.match(new RegExp(`^${name}:\\s+(\\S+)`, 'm'))?.[1] ?? '';
        return [
          {
            pid: Number(pid),
            parent: Number(field('PPid')),
            isNode: /^(node|MainThread)/.test(field('Name')),
            bytes: Number(field(measure)) * 1_024,
          },
        ];
      } catch {
        // Ended while the list was read.
        return [];
      }
    });
  const ours = new Set([root]);
  // Children come after their parents in the list often, not always: until nothing is added.
  for (let size = 0; size !== ours.size; ) {
    size = ours.size;
    for (const { pid, parent } of processes) if (ours.has(parent)) ours.add(pid);
  }
  const counted = processes.filter(({ pid, isNode }) => pid === root || (ours.has(pid) && isNode));
  return counted.reduce((sum, { bytes }) => sum + bytes, 0);
}
