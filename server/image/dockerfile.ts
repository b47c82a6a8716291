/** What the portal's own Dockerfile uses of the language; anything else is refused, not passed over. */
export type Step =
  | { name: 'WORKDIR' | 'USER' | 'RUN'; text: string }
  | { name: 'COPY'; from: string | null; sources: string[]; target: string }
  | { name: 'ENV'; values: Record<string, string> };
export type Stage = {
  /** Name after `AS`, or its number. */
  name: string;
  base: string;
  steps: Step[];
  labels: Record<string, string>;
  command: string[];
  healthcheck: string[];
  ports: number[];
};

/**
 * Reads a Dockerfile.
 * @throws {SyntaxError} an instruction or a form of one that nobody here would carry out
 */
export function parseDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  for (const line of instructions(text)) {
    const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(line) ?? [];
    if (name === 'FROM') {
      const [, base, as] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
      if (!base) throw new SyntaxError(`cannot read: ${line}`);
      stages.push(newStage(as ?? String(stages.length), base));
      continue;
    }
    const stage = stages.at(-1);
    if (!stage) throw new SyntaxError(`before any FROM: ${line}`);
    add(stage, name, rest);
  }
  return stages;
}

function newStage(name: string, base: string): Stage {
  return { name, base, steps: [], labels: {}, command: [], healthcheck: [], ports: [] };
}

/** Lines with their continuations joined, without comments. */
function instructions(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function add(stage: Stage, name: string, rest: string): void {
  switch (name) {
    case 'WORKDIR':
    case 'USER':
    case 'RUN':
      stage.steps.push({ name, text: rest });
      return;
    case 'COPY':
      stage.steps.push(copyOf(rest));
      return;
    case 'ENV':
      stage.steps.push({ name, values: pairs(rest) });
      return;
    case 'LABEL':
      Object.assign(stage.labels, pairs(rest));
      return;
    case 'EXPOSE':
      stage.ports = rest.split(/\s+/).map(Number);
      return;
    case 'CMD':
      stage.command = listOf(rest);
      return;
    case 'HEALTHCHECK':
      stage.healthcheck = listOf(rest.replace(/^.*?\sCMD\s+/s, ''));
      return;
    default:
      throw new SyntaxError(`nobody carries out ${name}`);
  }
}

function copyOf(rest: string): Step {
  const words = rest.split(/\s+/);
  const flags = words.filter((word) => word.startsWith('--'));
  const [from = null, ...others] = flags.map((flag) => /^--from=(.+)$/.exec(flag)?.[1] ?? '');
  const paths = words.filter((word) => !word.startsWith('--'));
  const target = paths.pop();
  if (!target || paths.length === 0 || others.length > 0 || from === '')
    throw new SyntaxError(`cannot copy: ${rest}`);
  return { name: 'COPY', from, sources: paths, target };
}

function pairs(rest: string): Record<string, string> {
  const found = [...rest.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g)];
  if (found.length === 0) throw new SyntaxError(`no name=value in: ${rest}`);
  return Object.fromEntries(found.map(([, key, quoted, plain]) => [key, quoted ?? plain ?? '']));
}

function listOf(rest: string): string[] {
  const list: unknown = JSON.parse(rest);
  if (!Array.isArray(list) || !list.every((part) => typeof part === 'string'))
    throw new SyntaxError(`not a list of words: ${rest}`);
  return list;
}

/**
 * What a `.dockerignore` leaves of a folder: of the patterns that fit a path or a folder above it, the
 * last one counts.
 * @returns whether a path, relative and with slashes, is taken along
 */
export function parseIgnore(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const keeps = line.startsWith('!');
      return { keeps, fits: patternOf(keeps ? line.slice(1) : line) };
    });
  return (path) => {
    const parts = path.split('/');
    const above = parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
    return rules.reduce(
      (kept, { keeps, fits }) => (above.some((one) => fits.test(one)) ? keeps : kept),
      true,
    );
  };
}

function patternOf(glob: string): RegExp {
  const source = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('**/', '(?:.*/)?')
    .replaceAll(/(?<!\.)\*/g, '[^/]*');
  return new RegExp(`^${source}$`);
}
