import { readdirSync, readFileSync } from 'node:fs';

const NS_PER_MS = 1_000_000;

/**
 * Processor time that a process and everything below it has had, in ms; null where nobody tells (not
 * Linux). Unlike answers per second it hardly depends on what else the machine does.
 */
export function processorMs(root: number): number | null {
  let parents: Map<string, string>;
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    parents = new Map(pids.map((pid) => [pid, parentOf(pid)]));
  } catch {
    return null;
  }
  const ours = new Set([String(root)]);
  for (let size = 0; size !== ours.size; ) {
    size = ours.size;
    for (const [pid, parent] of parents) if (ours.has(parent)) ours.add(pid);
  }
  return [...ours].reduce((sum, pid) => sum + threadsMs(pid), 0);
}

function parentOf(pid: string): string {
  // The name stands in brackets and may hold anything.
  return (
    textOf(`/proc/${pid}/stat`)
      .replace(/^.*\) /s, '')
      .split(' ')[1] ?? ''
  );
}

/** To the nanosecond, as the scheduler counts it; `stat` counts whole ticks. */
function threadsMs(pid: string): number {
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return 0;
  }
  const ns = threads.map((thread) =>
    Number(textOf(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]),
  );
  return ns.reduce((sum, each) => sum + each, 0) / NS_PER_MS;
}

/** Empty where the process ended while the list was read. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
