// The customer with the most data: how fast pages of the data held are, and what a whole copy costs.
import { setTimeout as wait } from 'node:timers/promises';
import { startPortal } from '../portal.mjs';
import { check, signIn } from './client.mjs';
import { mb, memoryOf } from './memory.mjs';

const PAGES = 50;
const MEDIAN_MS = 50;
const SAMPLE_MS = 100;
const PEAK_MB = 350;
const COPY_MS = 15 * 60_000;
/** Looked for in the tables that can be searched: frequent, rare and absent. */
const WORDS = ['frankfurt', 'a', 'h100', '2025', 'zzz'];

// The demo is seeded by one process and measured in a fresh one: what seeding left in memory says
// nothing about a copy.
const seeding = await startPortal();
process.stdout.write(
  `     memory of the process that seeded: ${mb(memoryOf(seeding.child.pid))} MB\n`,
);
await seeding.stop({ keep: true });
const portal = await startPortal({ dataDir: seeding.dataDir });
try {
  const person = await signIn(portal, 'customer-heavy');
  await pages(person);
  await copy(person);
} catch (cause) {
  process.stderr.write(portal.output());
  throw cause;
} finally {
  await portal.stop();
}

/** Fifty first pages, no two the same, one after the other, each asked for once. */
async function pages(person) {
  const calls = await firstPages(person);
  const took = [];
  for (const [path, input] of calls) {
    const start = performance.now();
    await person.call(path, input);
    took.push({ ms: performance.now() - start, name: `${path} ${JSON.stringify(input)}` });
  }
  took.sort((a, b) => a.ms - b.ms);
  const at = (part) => took[Math.min(took.length - 1, Math.ceil(took.length * part) - 1)];
  const [median, p95, slowest] = [at(0.5).ms, at(0.95).ms, took.at(-1)];
  check('different first pages of the data held', took.length === PAGES, took.length);
  check(`median below ${MEDIAN_MS} ms`, median < MEDIAN_MS, `${median.toFixed(1)} ms`);
  process.stdout.write(`     95th percentile: ${p95.toFixed(1)} ms\n`);
  process.stdout.write(`     slowest: ${slowest.ms.toFixed(1)} ms, ${slowest.name}\n`);
}

async function firstPages(person) {
  const chapters = (await person.call('access.overview')).filter(({ tables }) => tables.length > 0);
  const tables = chapters.flatMap((chapter) => chapter.tables).sort((a, b) => b.count - a.count);
  const calls = [
    ...chapters.map(({ section }) => ['access.section', { section }]),
    ...tables.map(({ name }) => ['access.table', { table: name }]),
    ...WORDS.flatMap((search) =>
      tables
        .filter(({ count }) => count > 0)
        .map(({ name }) => ['access.table', { table: name, search }]),
    ),
  ];
  return calls.slice(0, PAGES);
}

/** Everything there is, with the memory of our processes from asking to ready. */
async function copy(person) {
  const before = memoryOf(portal.child.pid);
  const choices = await person.call('requests.copyChoices');
  let peak = before;
  let samples = 0;
  const start = performance.now();
  const { reference } = await person.call('requests.askCopy', {
    sections: choices.chapters.map(({ section }) => section),
  });
  const sampler = setInterval(() => {
    samples += 1;
    peak = Math.max(peak, memoryOf(portal.child.pid));
  }, SAMPLE_MS);
  let view;
  do {
    await wait(SAMPLE_MS);
    view = await person.call('requests.get', { reference });
  } while (view.endedAt === null && performance.now() - start < COPY_MS);
  clearInterval(sampler);
  const seconds = (performance.now() - start) / 1_000;
  check('whole copy is ready', view.state === 'completed', `${seconds.toFixed(1)} s`);
  process.stdout.write(`     its size: ${mb(view.archive?.plainBytes ?? 0)} MB\n`);
  process.stdout.write(`     memory before: ${mb(before)} MB, samples: ${samples}\n`);
  check(`peak memory below ${PEAK_MB} MB`, samples > 0 && mb(peak) < PEAK_MB, `${mb(peak)} MB`);
}
