// Places where durable work can be made to wait: what to lock, and the words of the statement that waits.
const VERBS = { insert: 'insert into', update: 'update' };
/** Steps in which the last kills come, by how many come after; in between, holders take and answer tasks. */
const LATE = { 0: 'receipt', 1: 'key', 2: 'verify', 5: 'farewell' };
const [ANSWERED, TAKEN] = [3, 4];
const LATE_KILLS = 6;

/** Where a copy can wait: the row of a step or of the request, or a table that its end writes to. */
export function copyPlace(id) {
  const tables = ['export_archive', 'outbound_mail', 'notice'];
  return pick([
    ...[0, 1, 2, 3].map((position) => stepPlace(id, { position, name: `${position}` })),
    {
      name: 'the request',
      lock: (tx) => tx`select 1 from data_subject_request where id = ${id} for update`,
      waiting: 'data_subject_request',
    },
    ...tables.map((table) => tablePlace(table, 'insert')),
  ]);
}

/** A table: whoever writes to it waits. */
export function tablePlace(table, verb = null) {
  return {
    name: `table ${table}`,
    lock: (tx) => tx`lock table ${tx(table)} in share mode`,
    waiting: verb ? `${VERBS[verb]} "${table}"` : table,
  };
}

/**
 * A later place each time, so that each kill finds more done than the one before, and the last ones
 * what comes last. Before there is a list of steps, the table of an early one.
 *
 * @param after how many kills are still to come
 */
export async function erasurePlace(db, id, after) {
  const steps = await db`
    select position, name from request_step where request_id = ${id} and state <> 'done' order by position`;
  if (steps.length === 0) return tablePlace('api_key');
  const late = steps.find(({ name }) => name === LATE[after]);
  if (late) return stepPlace(id, late);
  if ((after === TAKEN || after === ANSWERED) && (await waitsForHolders(db, id)))
    return after === TAKEN ? tablePlace('holder_task', 'update') : answerPlace(id);
  return earlyPlace(id, { steps, killsLeft: after + 1 - LATE_KILLS });
}

/** A table's step before the holders' turn: its row, or the table itself. */
function earlyPlace(id, { steps, killsLeft }) {
  const gate = steps.findIndex(({ name }) => name === 'holds');
  const early = gate > 0 ? steps.slice(0, gate) : steps;
  const reach = Math.max(1, Math.floor(early.length / Math.max(1, killsLeft)));
  // Past the first, which would find nothing more done than the kill before.
  const step = early[Math.min(reach - 1, 1 + Math.floor(Math.random() * reach))];
  const [, table] = /^delete:(.+)$/.exec(step.name) ?? [];
  const sqlName = table?.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  // Sign-in, the log and the queue are everybody's: they are held by the step's row alone. So is what
  // stays: where nothing of it has to change, nothing is written to its table.
  const shared = ['audit_event', 'session', 'request_step'];
  if (sqlName && !shared.includes(sqlName) && Math.random() < 0.5) return tablePlace(sqlName);
  return stepPlace(id, step);
}

async function waitsForHolders(db, id) {
  const [open] = await db`
    select 1 from holder_task where request_id = ${id} and ended_at is null and available_at is not null`;
  return open !== undefined;
}

/**
 * Where a holder's answer waits: it has its task, and what it did is not on record. Where both have
 * answered already, the work that wakes up for it waits at the same row.
 */
function answerPlace(id) {
  return {
    name: 'the request, as holders answer',
    lock: (tx) => tx`select 1 from data_subject_request where id = ${id} for no key update`,
    waiting: '"data_subject_request"',
  };
}

/** The row of a step: whoever works on the step writes to it in the end. */
export function stepPlace(id, { position, name }) {
  return {
    name: `step ${name}`,
    lock: (tx) =>
      tx`select 1 from request_step where request_id = ${id} and position = ${position} for update`,
    waiting: 'update "request_step"',
  };
}

/** One of a list. */
function pick(list) {
  return list[Math.floor(Math.random() * list.length)];
}
