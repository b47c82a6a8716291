import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const HEAP = join(import.meta.dirname, 'heap.ts');

/**
 * The most heap that a process of its own had in use while it made objects that become old and then are
 * needed no more, as rows of a large copy do; some 30 MB of them at a time.
 *
 * @param first what it does before that
 * @returns bytes
 */
function peakAfter(first: string): number {
  const script = `
    import { collectEarly, collectLate } from ${JSON.stringify(HEAP)};
    ${first}
    const needed = Array.from({ length: 800 });
    let peak = 0;
    for (let round = 0; round < 6_000; round += 1) {
      needed[round % needed.length] = Array.from({ length: 1_000 }, (_, index) => ({ round, index }));
      peak = Math.max(peak, process.memoryUsage().heapUsed);
    }
    process.stdout.write(String(peak));`;
  const done = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', script],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    },
  );
  if (done.status !== 0) throw new Error(done.stderr);
  return Number(done.stdout);
}

test('a process that collects early, told while it runs, does not pile up garbage as others do', () => {
  const [early, others] = [peakAfter('collectEarly();'), peakAfter('')];
  expect(early).toBeLessThan(0.8 * others);
  expect(peakAfter('await collectLate(async () => {});')).toBeLessThan(0.8 * others);
}, 60_000);
