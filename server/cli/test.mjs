// `npm test`: everything that has to hold, stage by stage; stops at the first that does not.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, checkNode, install, run, tool } from './prepare.mjs';

checkNode();
await install();
const results = mkdtempSync(join(tmpdir(), 'portal-results-'));
const counts = { passed: 0, failed: 0 };

stage('Types', () => tool('@typescript/native/bin/tsc', ['--noEmit', '-p', '.']));
stage('Lint and format', () =>
  tool('@biomejs/biome/bin/biome', ['ci', '--diagnostic-level=error', '.']),
);
stage('Boundaries', () =>
  tool('dependency-cruiser/bin/dependency-cruise.mjs', [
    '--config',
    '.dependency-cruiser.cjs',
    'client',
    'server',
    'db',
    'e2e',
  ]),
);
stage('Unused code', () => tool('knip/bin/knip.js', []));
stage('Unit and database tests', () => {
  const output = join(results, 'vitest.json');
  tool('vitest/vitest.mjs', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${output}`,
  ]);
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(output, 'utf8'));
  add(numPassedTests, numFailedTests);
});
await build();
stage('Browser tests', () => {
  const output = join(results, 'playwright.json');
  run(process.execPath, ['e2e/run.mjs'], { env: { PLAYWRIGHT_JSON_OUTPUT_NAME: output } });
  if (!existsSync(output)) throw new Error('the browser tests left no result');
  const { stats } = JSON.parse(readFileSync(output, 'utf8'));
  add(stats.expected, stats.unexpected + stats.flaky);
});
rmSync(results, { recursive: true, force: true });
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed\n`);
process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);

function stage(name, work) {
  process.stdout.write(`\n— ${name}\n`);
  const started = Date.now();
  work();
  process.stdout.write(`  ${((Date.now() - started) / 1_000).toFixed(1)} s\n`);
}

function add(passed, failed) {
  counts.passed += passed;
  counts.failed += failed;
}
