// The largest answers that holders may give: what taking them in costs the portal, and the copy they go into.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { root, startPortal } from '../portal.mjs';
import { check, signIn } from './client.mjs';
import { mb, memoryOf } from './memory.mjs';

const PEAK_MB = 350;
/** What an answer may have as JSON, with room for what stands around the lists. */
const BYTES = 3 * 1024 * 1024 - 300;
/** Rows and fields that an answer may have, with room for its own. */
const VALUES = 200_000 - 10;
const LOOK_MS = 100;
const COPY_MS = 5 * 60_000;
const takenAt = '2026-11-23T10:00:00.000Z';
const holders = ['paylane', 'tallymetric'];

/** As much as an answer may be, in every form: as little as a row can be, figures, short and long text. */
const shapes = {
  'rows without a field': () => ({}),
  'rows of one field': () => ({ a: 0 }),
  'rows of a hundred fields': (index) =>
    Object.fromEntries(Array.from({ length: 100 }, (_, field) => [`f${field}`, index])),
  'long text': () => ({ text: 'ä'.repeat(9_990) }),
};

const { createPortalClient } = await import(
  pathToFileURL(join(root, 'dist/client-package/index.js')).href
);
const seeding = await startPortal();
await seeding.stop({ keep: true });
const { dataDir } = seeding;
// Ours answer in their place.
for (const id of holders) {
  mkdirSync(join(dataDir, 'holders', id), { recursive: true, mode: 0o700 });
  writeFileSync(join(dataDir, 'holders', id, 'mode'), 'silent');
}
const demo = JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8'));
const only = process.argv[2];
/** The most that our processes ever had in memory, in MB. */
const peakOf = ({ pid }) => mb(memoryOf(pid, 'VmHWM'));
// Nobody may ask for more than a few copies a day.
const people = ['customer', 'customer-california'];
for (const [index, [shape, rowAt]] of Object.entries(shapes).entries()) {
  if (only && !shape.includes(only)) continue;
  // A fresh process for each: a peak is never forgotten.
  const portal = await startPortal({ dataDir });
  try {
    await measure(portal, people[index % people.length], shape, rowsOf(rowAt));
  } catch (cause) {
    process.stderr.write(portal.output());
    throw cause;
  } finally {
    await portal.stop({ keep: true });
  }
}

/** As many rows as an answer can hold. */
function rowsOf(rowAt) {
  const rows = [];
  for (let bytes = 0, values = 0; ; ) {
    const row = rowAt(rows.length);
    bytes += Buffer.byteLength(JSON.stringify(row)) + 1;
    values += 1 + Object.keys(row).length;
    if (bytes > BYTES || values > VALUES) return rows;
    rows.push(row);
  }
}

/** Both holders answer with all of it, at once; then the copy is made of both. */
async function measure(portal, who, shape, rows) {
  const person = await signIn(portal, who);
  const before = peakOf(portal.child);
  const { chapters } = await person.call('requests.copyChoices');
  const { reference } = await person.call('requests.askCopy', {
    sections: chapters.map(({ section }) => section),
  });
  const start = performance.now();
  await Promise.all(holders.map((id) => answerAs(portal, id, rows)));
  const answered = performance.now() - start;
  const taken = peakOf(portal.child);
  let view;
  do {
    await wait(LOOK_MS);
    view = await person.call('requests.get', { reference });
  } while (view.endedAt === null && performance.now() - start < COPY_MS);
  const peak = peakOf(portal.child);
  const given = view.holders.filter(({ usedAt }) => usedAt !== null).length;
  check(`${shape}: the copy has both answers`, view.state === 'completed' && given === 2, given);
  process.stdout.write(
    `     ${rows.length} rows each, taken in ${Math.round(answered)} ms; peak before ${before}, after taking them ${taken} MB\n`,
  );
  check(`${shape}: peak memory below ${PEAK_MB} MB`, peak < PEAK_MB, `${peak} MB`);
}

async function answerAs(portal, id, rows) {
  const client = createPortalClient({
    url: `http://127.0.0.1:${portal.settings.INTERNAL_PORT}`,
    service: id,
    key: demo.services[id],
    scopes: ['tasks.claim', 'tasks.answer'],
    purpose: 'privacy_rights',
    timeoutMs: 120_000,
  });
  const { tasks } = await client.tasks.claim({ limit: 1, waitSeconds: 10 });
  const [task] = tasks;
  await client.tasks.answer({
    task: task.id,
    claim: task.claim,
    account: task.person.account,
    answer: { outcome: 'done', result: { takenAt, data: { rows } } },
  });
}
