import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

type Profile = {
  nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
    children?: number[];
  }[];
  samples: number[];
  timeDeltas: number[];
};
/** `share` of the time in which the process did anything at all. */
export type Cost = { name: string; share: number };

/** What the processor did, by function, most first; `below` counts what a function had done for it, too. */
export function costsOf(dir: string): { own: Cost[]; byPackage: Cost[]; busy: number } {
  const [file] = readdirSync(dir).filter((name) => name.endsWith('.cpuprofile'));
  if (!file) throw new Error(`no profile in ${dir}`);
  const profile: Profile = JSON.parse(readFileSync(join(dir, file), 'utf8'));
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const own = new Map<string, number>();
  const byPackage = new Map<string, number>();
  let busy = 0;
  let all = 0;
  for (const [index, id] of profile.samples.entries()) {
    const took = profile.timeDeltas[index] ?? 0;
    const frame = nodes.get(id)?.callFrame;
    all += took;
    if (!frame || frame.functionName === '(idle)' || frame.functionName === '(program)') continue;
    busy += took;
    const name = `${frame.functionName || '(anonymous)'} ${placeOf(frame)}`.trim();
    own.set(name, (own.get(name) ?? 0) + took);
    const where = packageOf(frame);
    byPackage.set(where, (byPackage.get(where) ?? 0) + took);
  }
  return { own: sorted(own, busy), byPackage: sorted(byPackage, busy), busy: busy / all };
}

function sorted(costs: ReadonlyMap<string, number>, whole: number): Cost[] {
  return [...costs]
    .map(([name, took]) => ({ name, share: took / whole }))
    .sort((a, b) => b.share - a.share);
}

function placeOf({ url, lineNumber }: { url: string; lineNumber: number }): string {
  if (url === '') return '';
  const path = pathOf(url).replace(/^.*\/(node_modules\/|server\/|db\/|e2e\/)/, '$1');
  return `(${path}:${lineNumber + 1})`;
}

/** A package of npm, a folder of ours, or Node itself. */
function packageOf({ functionName, url }: { functionName: string; url: string }): string {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url === '' || url.startsWith('node:')) return 'Node';
  const path = pathOf(url);
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return name ?? path.replace(/^.*\/(server|db|e2e)\/.*$/, 'ours: $1');
}

function pathOf(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url) : url;
}
