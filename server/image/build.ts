import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import type { Stage, Step } from './dockerfile.ts';

/** A stage that was carried out: a folder that stands for its root. */
export type Built = { root: string; workdir: string; env: Record<string, string>; user: string };

/**
 * Carries a Dockerfile's steps out in plain folders, for machines where no container engine runs: each
 * stage has a folder for its root, and every absolute path in a step is one below it. What needs an
 * engine (the base's own files, users, layers) is not tried.
 * @returns stages by name
 * @throws {Error} a step that failed, with what it said
 */
export function buildStages({
  stages,
  context,
  takes,
  into,
}: {
  stages: readonly Stage[];
  context: string;
  /** Whether a path of the context is sent along. */
  takes: (path: string) => boolean;
  into: string;
}): Map<string, Built> {
  const built = new Map<string, Built>();
  for (const { name, steps } of stages) {
    const stage: Built = { root: join(into, name), workdir: '/', env: {}, user: 'root' };
    mkdirSync(stage.root, { recursive: true });
    for (const step of steps) carryOut(step, stage, { built, context, takes });
    built.set(name, stage);
  }
  return built;
}

function carryOut(
  step: Step,
  stage: Built,
  given: { built: Map<string, Built>; context: string; takes: (path: string) => boolean },
): void {
  switch (step.name) {
    case 'WORKDIR':
      stage.workdir = step.text;
      mkdirSync(inside(stage, step.text), { recursive: true });
      return;
    case 'USER':
      stage.user = step.text;
      return;
    case 'ENV':
      Object.assign(stage.env, step.values);
      return;
    case 'COPY':
      copy(step, stage, given);
      return;
    case 'RUN':
      run(step.text, stage);
  }
}

/** A path of a stage as one of this machine. */
function inside({ root, workdir }: Built, path: string): string {
  return path.startsWith('/') ? join(root, path) : join(root, workdir, path);
}

function copy(
  { from, sources, target }: Step & { name: 'COPY' },
  stage: Built,
  { built, context, takes }: Parameters<typeof carryOut>[2],
): void {
  const other = from === null ? null : built.get(from);
  if (other === undefined) throw new Error(`there is no stage ${from}`);
  const to = inside(stage, target);
  for (const source of sources) {
    const path = other ? inside(other, source) : join(context, source);
    const isFolder = statSync(path).isDirectory();
    const place = isFolder || !target.endsWith('/') ? to : join(to, basename(source));
    cpSync(path, place, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (one) => other !== null || takes(relative(context, one).split(sep).join('/')),
    });
  }
}

/** As this user, with the environment of an image: nothing of ours but how npm reaches its registry. */
function run(command: string, stage: Built): void {
  // Folders of the base: they exist there.
  mkdirSync(inside(stage, '/home/node'), { recursive: true });
  const placed = command.replaceAll(/(?<=\s)\/(?=[\w/])/g, `${stage.root}/`);
  const done = spawnSync('sh', ['-c', placed], {
    cwd: inside(stage, '.'),
    env: { ...outerEnv(), ...stage.env },
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  if (done.status !== 0) throw new Error(`${command}\n${done.stdout}${done.stderr}`);
}

/** What a process of a stage has of this machine's environment. */
export function outerEnv(): Record<string, string> {
  const ours = Object.entries(process.env).filter(([name]) =>
    /^(PATH|HOME|TMPDIR|LANG|npm_config_\w+|NODE_EXTRA_CA_CERTS|https?_proxy)$/i.test(name),
  );
  return Object.fromEntries(ours) as Record<string, string>;
}

/** Removes what was built. */
export function removeStages(into: string): void {
  rmSync(into, { recursive: true, force: true });
}
