// `npm test`: everything that has to hold; what is known in seconds before what takes minutes.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkNode, install } from './prepare.mjs';
import { makeScratch } from './scratch.mjs';
import { passOnSignals, together, toolAt } from './stages.mjs';

checkNode();
await install();
passOnSignals();
const scratch = makeScratch();
const files = join(scratch, 'files');
mkdirSync(files);
const counts = { passed: 0, failed: 0 };

// Each of these is done in seconds and leaves a core idle for most of them.
const broken = await together([
  { name: 'Types', args: [toolAt('@typescript/native/bin/tsc'), '--noEmit', '-p', '.'] },
  {
    name: 'Lint and format',
    args: [toolAt('@biomejs/biome/bin/biome'), 'ci', '--diagnostic-level=error', '.'],
  },
  {
    name: 'Boundaries',
    args: [
      toolAt('dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      '.dependency-cruiser.cjs',
      'client',
      'server',
      'db',
      'e2e',
    ],
  },
  { name: 'Unused code', args: [toolAt('knip/bin/knip.js')] },
  { name: 'Build', args: ['server/cli/build.mjs'] },
]);
if (broken.length > 0) end(broken);

// Either waits much of its time, for a clock or for an answer: beside each other they use what the other leaves.
const suites = [
  {
    name: 'Unit and database tests',
    args: (output) => [
      toolAt('vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${output}`,
    ],
    count: ({ numPassedTests, numFailedTests }) => [numPassedTests, numFailedTests],
  },
  {
    name: 'Browser tests',
    args: () => ['e2e/run.mjs'],
    env: (output) => ({ PLAYWRIGHT_JSON_OUTPUT_NAME: output }),
    count: ({ stats }) => [stats.expected, stats.unexpected + stats.flaky + stats.skipped],
  },
].map((suite) => ({ ...suite, output: join(scratch, `${suite.name}.json`) }));
const failed = await together(
  suites.map(({ name, args, env, output }) => ({
    name,
    args: args(output),
    env: { ...env?.(output), TMPDIR: files },
  })),
);
end(suites.filter((suite) => !hold(suite)).map(({ name }) => name));

/** Adds what the report of a suite counts; without a report nothing has held. */
function hold({ name, output, count }) {
  const [passed, notPassed] = existsSync(output)
    ? count(JSON.parse(readFileSync(output, 'utf8')))
    : [0, 0];
  counts.passed += passed;
  counts.failed += notPassed;
  return !failed.includes(name) && notPassed === 0 && passed > 0;
}

/** Says how many held and ends; a stage that failed without a failed test counts as one. */
function end(names) {
  if (names.length > 0) process.stderr.write(`\nNot as it should be: ${names.join(', ')}\n`);
  const failed = Math.max(counts.failed, names.length);
  process.stdout.write(`\n${counts.passed} passed, ${failed} failed\n`);
  process.exit(failed > 0 || counts.passed === 0 ? 1 : 0);
}
