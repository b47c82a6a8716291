// A copy and a deletion while the portal is killed (SIGKILL) again and again, mostly in the middle of a step.
// Its holders, processes of their own, go and come back with it.
import { readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { startPortal } from '../portal.mjs';
import { check, signIn } from './client.mjs';
import { hold, killAtEach, openDatabase, stopAfterKills } from './killing.mjs';
import { copyPlace, erasurePlace, stepPlace, tablePlace } from './places.mjs';

const KILLS = Number(process.env.KILLS ?? 10);
/** So many of ten come while a step is held; the others at a moment that nobody chose. */
const HELD = Math.ceil(KILLS * 0.8);
const FINISH_MS = 60_000;
const POLL_MS = 100;
/** Holders of the demo that are asked and waited for. */
const HOLDERS = 2;
/** How long work goes on freely before a kill by chance: well within what it takes. */
const FREE_MS = { copy: 1_500, deletion: 30 };

const world = { portal: await startPortal() };
const { dataDir } = world.portal;
const sql = async (use) => {
  const database = await openDatabase(dataDir);
  try {
    return await use(database);
  } finally {
    await database.end({ timeout: 1 });
  }
};
try {
  await copy();
  await deletion();
} finally {
  await stopAfterKills(world);
}

async function copy() {
  const person = await signIn(world.portal, 'customer-heavy');
  const { chapters } = await person.call('requests.copyChoices');
  const sections = chapters.map(({ section }) => section);
  // Held before it is asked for: both holders have come for their tasks, and none has been given one.
  const first = await hold(dataDir, () => tablePlace('service_day'));
  const { reference } = await person.call('requests.askCopy', { sections });
  const { id } = await requestNamed(reference);
  await killAll(
    'copy',
    reference,
    (number) => () =>
      // What goes on by itself for a while must have its work before it.
      byChance().includes(number) ? stepPlace(id, { position: 1, name: '1' }) : copyPlace(id),
    first,
  );

  await sql(async (db) => {
    const count = counter(db, { id, reference });
    exactly(1, 'copy: archive', await count.rows(db`from export_archive where request_id = ${id}`));
    exactly(1, 'copy: file in the store', filesOf(id));
    for (const template of ['copy_asked', 'copy_ready'])
      exactly(1, `copy: mail ${template}`, await count.mails(template));
    exactly(0, 'copy: mail copy_failed', await count.mails('copy_failed'));
    for (const action of ['request.copy_asked', 'request.copy_ready'])
      exactly(1, `copy: event ${action}`, await count.events(action));
    exactly(1, 'copy: notice', await count.rows(db`from notice where reference = ${reference}`));
    exactly(HOLDERS, 'copy: answers of holders in it', await count.answers('export', 'used_at'));
    exactly(
      HOLDERS,
      'copy: event holder.task_answered',
      await count.events('holder.task_answered'),
    );
  });
  await person.proveAgain();
  const { archive } = await person.call('requests.get', { reference });
  const sha256 = await person.sha256Of(`/download/copy/${reference}`);
  check('copy: what is downloaded has the hash on record', sha256 === archive.sha256, sha256);
}

async function deletion() {
  const person = await signIn(world.portal, 'customer');
  const { open } = await person.call('requests.previewErasure');
  for (const { organisationId, soleOwner, otherMembers } of open.organisations) {
    if (soleOwner && otherMembers > 0)
      await person.call('requests.handOverOrganisation', { organisationId });
  }
  await person.proveAgain('erasure_confirm');
  const { planHash } = await person.call('requests.previewErasure');
  // Held before it is asked for: it is over in a second or two.
  const first = await hold(dataDir, () => tablePlace('request_step', 'insert'));
  const { reference, receiptCode } = await person.call('requests.confirmErasure', {
    planHash,
    email: person.person.email,
    graceDays: 0,
    acknowledged: true,
  });
  const { id, subject_id: subject } = await requestNamed(reference);
  await killAll(
    'deletion',
    reference,
    (number) => (db) => erasurePlace(db, id, KILLS - 1 - number),
    first,
  );

  await eventually(() => sql((db) => counter(db, { id, reference }).farewells('sent')));
  await sql(async (db) => {
    const count = counter(db, { id, reference });
    const receipts = await count.rows(db`from erasure_receipt where reference = ${reference}`);
    exactly(1, 'deletion: receipt', receipts);
    exactly(1, 'deletion: last letter', await count.farewells('queued', 'sent'));
    exactly(1, 'deletion: last letter that was sent', await count.farewells('sent'));
    for (const action of ['request.erasure_asked', 'request.erasure_completed'])
      exactly(1, `deletion: event ${action}`, await count.events(action));
    for (const kind of ['erase', 'verify_erased'])
      exactly(HOLDERS, `deletion: answers of holders to ${kind}`, await count.answers(kind));
    const answered = await count.events('holder.task_answered');
    exactly(2 * HOLDERS, 'deletion: event holder.task_answered', answered);
    for (const table of ['account', 'subject_key', 'session', 'gpu_session'])
      exactly(
        0,
        `deletion: ${table}`,
        await count.rows(db`from ${db(table)} where subject_id = ${subject}`),
      );
  });
  const opened = await person.call('requests.receipt', { code: receiptCode });
  check('deletion: receipt opens by its code', opened.signatureFits === true, opened.state);
  exactly(HOLDERS, 'deletion: holders on the receipt', opened.receipt.holders.length);
}

/** All kills of one request, then the wait for its end. */
async function killAll(what, reference, placeOf, first) {
  const places = Array.from({ length: KILLS }, (_kill, number) => ({
    at: placeOf(number),
    free: byChance().includes(number),
  }));
  const isOpen = async () => (await requestNamed(reference)).ended_at === null;
  const done = await killAtEach(world, places, { first, freeMs: FREE_MS[what], isOpen });
  check(
    `${what}: kills that found it unfinished`,
    done.found === KILLS,
    `${done.found} of ${KILLS}`,
  );
  check(`${what}: kills while a step was held`, done.held >= HELD, `${done.held} of ${KILLS}`);
  const ended = await eventually(async () => !(await isOpen()), done.killedAt + FINISH_MS);
  const seconds = ((Date.now() - done.killedAt) / 1_000).toFixed(1);
  const { state } = await requestNamed(reference);
  check(
    `${what}: completed within 60 s of the last kill`,
    ended && state === 'completed',
    `${seconds} s`,
  );
}

/** Which kills come by chance: in the middle, where there is work before and after. */
function byChance() {
  const from = Math.floor(KILLS / 3);
  return Array.from({ length: KILLS - HELD }, (_kill, index) => from + 2 * index);
}

async function requestNamed(reference) {
  const [row] = await sql(
    (db) =>
      db`select id, subject_id, state, ended_at from data_subject_request where reference = ${reference}`,
  );
  return row;
}

/** Counts of what belongs to one request. */
function counter(db, { id, reference }) {
  const rows = async (what) => (await db`select count(*)::int as n ${what}`)[0].n;
  return {
    rows,
    mails: (template) => rows(db`from outbound_mail where dedupe_key = ${`${template}:${id}`}`),
    events: (action) =>
      rows(db`from audit_event where action = ${action} and reference = ${reference}`),
    answers: (kind, column = 'answered_at') =>
      rows(
        db`from holder_task where request_id = ${id} and kind = ${kind} and state = 'acknowledged' and ${db(column)} is not null`,
      ),
    farewells: (...states) =>
      rows(
        db`from farewell_mail where dedupe_key = ${`farewell:${id}`} and state in ${db(states)}`,
      ),
  };
}

function filesOf(id) {
  return readdirSync(dataDir, { recursive: true }).filter((name) => String(name).includes(id))
    .length;
}

function exactly(wanted, what, seen) {
  check(what, seen === wanted, `${seen}`);
}

/** Waits until something is so; false when it is not in time. */
async function eventually(isSo, deadline = Date.now() + FINISH_MS) {
  while (Date.now() < deadline) {
    if (await isSo()) return true;
    await wait(POLL_MS);
  }
  return false;
}
