// `npm run bench`: the heavy customer and the largest answers of holders; with names, only those.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const benches = {
  heavy: ['heavy.mjs'],
  'holder-answer': ['holder-answer.mjs'],
  session: ['--import', 'tsx', 'session/run.ts'],
};
const ALWAYS = ['heavy', 'holder-answer'];
const named = process.argv.slice(2);
for (const name of named.length > 0 ? named : ALWAYS) {
  const args = benches[name];
  if (!args) {
    process.stderr.write(`There is no bench ${name}: ${Object.keys(benches).join(', ')}.\n`);
    process.exit(1);
  }
  const [file, ...before] = args.toReversed();
  const run = [...before.toReversed(), join(import.meta.dirname, file)];
  const { status } = spawnSync(process.execPath, run, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
