import { sql } from 'drizzle-orm';
import type { Connection } from '../../../db/connect.ts';
import { columnOf, subjectTables } from '../../../db/data-map/index.ts';
import type { Deps } from '../../deps.ts';
import { askAbout, claimAll } from '../../services/tasks/testing.ts';
import { insertCustomer } from '../people.ts';
import { leavesOf } from '../schemas.ts';
import { insertTicket } from '../tickets.ts';
import type { Arena } from './arena.ts';
import { call } from './call.ts';
import type { Caller } from './callers.ts';
import type { Input } from './mix.ts';
import type { Target } from './targets.ts';
import type { Known } from './valid.ts';

const EACH = 20;
/** Of what answers name, so many are kept under each key. */
const KEPT = 30;
/** People about whom holders are asked at a time. */
const ASKED = 3;
/** Columns by which people and programs name a row. */
const NAMES = new Set(['reference', 'number', 'key', 'planHash']);

/**
 * What names rows of some people, by the column it stands in: ids of every table, and what people call it.
 * @returns values by the key of their column
 */
export async function namesOf(
  { db }: Connection,
  subjectIds: readonly string[],
): Promise<Record<string, string[]>> {
  const whom = sql.join(
    subjectIds.map((id) => sql`${id}::uuid`),
    sql`, `,
  );
  const parts = subjectTables.flatMap((table) => {
    const own = columnOf(table, table.subject).sqlName;
    return table.columns.flatMap(({ key, sqlName, sqlType }) => {
      if (key === table.subject) return [];
      if (sqlType !== 'uuid' && !(sqlType === 'text' && NAMES.has(key))) return [];
      const column = sql.identifier(sqlName);
      return [
        sql`(select ${key}::text as key, ${column}::text as value from ${sql.identifier(table.sqlName)}
          where ${sql.identifier(own)} in (${whom}) and ${column} is not null limit ${EACH})`,
      ];
    });
  });
  const rows = await db.execute<{ key: string; value: string }>(sql.join(parts, sql` union all `));
  const named: Record<string, string[]> = {};
  for (const { key, value } of rows) named[key] = [...(named[key] ?? []), value];
  return named;
}

/** What makes sense together, where most values would end a call at its first rule. */
const sensible: Record<string, readonly unknown[]> = {
  day: [1, 28],
  month: [2, 12],
  year: [1948, 1990, 2001, 2012],
  waitSeconds: [0],
  claim: [1, 2],
  graceDays: [0, 7],
};

/** Who is there, what is theirs, and what is others'. */
export async function knownNow(
  { deps, others, customers }: Arena,
  target: Target,
  callers: readonly Caller[],
  seen: Readonly<Record<string, readonly string[]>>,
): Promise<Known> {
  // Where nothing is named there is nothing to know.
  if (target.schemas.every((schema) => leavesOf(schema).length === 0))
    return { named: {}, any: [] };
  const ids = callers.flatMap(({ person }) => person?.subjectId ?? []);
  const own = ids.length > 0 ? await namesOf(deps.connection, ids) : {};
  const people = target.router === 'customers' ? others : customers;
  const named: Record<string, unknown[]> = {};
  const add = (more: Readonly<Record<string, readonly unknown[]>>) => {
    for (const [key, values] of Object.entries(more))
      named[key] = [...(named[key] ?? []), ...values];
  };
  add(own);
  add(people);
  add(seen);
  for (const caller of callers) add(caller.named);
  add(sensible);
  add(freshNames());
  if (target.path.startsWith('tasks.')) add(await askHolders(deps, target));
  // A case is called by its reference, under whatever key.
  for (const key of ['ticket', 'confirms']) add({ [key]: (named['reference'] ?? []) as string[] });
  const any = [
    ...new Set([...Object.values(own), ...Object.values(people), ...Object.values(seen)].flat()),
  ];
  return { named, any };
}

/** What nobody has used yet. */
function freshNames(): Record<string, string[]> {
  const fresh = () => Array.from({ length: EACH }, () => crypto.randomUUID());
  return { email: fresh().map((name) => `${name}@example.test`), key: fresh() };
}

/** Gives holders something to do, and hands it out where it is to be answered. */
async function askHolders(deps: Deps, { path }: Target): Promise<Record<string, unknown[]>> {
  const kinds = ['read', 'export', 'restrict', 'erase', 'verify_erased'] as const;
  for (let asked = 0; asked < ASKED; asked += 1) {
    const { subjectId } = await insertCustomer(deps);
    await askAbout(deps, subjectId, { kinds });
  }
  if (path !== 'tasks.answer') return {};
  const handed = [...(await claimAll(deps, 'paylane')), ...(await claimAll(deps, 'tallymetric'))];
  return {
    handed: handed.map(({ id, claim, person }) => ({ task: id, claim, account: person.account })),
  };
}

/** Pages that people come from, which show what the next call names. */
const pagesBefore: Record<string, string> = {
  'requests.confirmErasure': 'requests.previewErasure',
  'auth.endSession': 'auth.sessions',
  'auth.renameFactor': 'auth.securityState',
  'auth.removeFactor': 'auth.securityState',
  'overview.readNotice': 'overview.state',
  'consent.receipt': 'consent.communication',
  'supportViews.end': 'supportViews.list',
  'supportViews.answer': 'supportViews.list',
  'services.retire': 'services.list',
};

/** What is done in a case by whoever has taken it. */
const ofOneCase: ReadonlySet<string> = new Set([
  'caseDesk.giveBack',
  'caseDesk.write',
  'caseDesk.decide',
]);

async function takeOne(
  arena: Arena,
  target: Target,
  cookie: string | null,
  seen: Record<string, string[]>,
): Promise<void> {
  const { reference } = await insertTicket(arena.deps, await insertCustomer(arena.deps));
  const text = JSON.stringify({ reference });
  const take = { ...target, path: 'caseDesk.take' };
  await call(arena, take, cookie, [{ made: 'valid', text, taken: true }], 0);
  // In place of cases that others have.
  seen['reference'] = [...(seen['reference'] ?? []), ...Array(KEPT).fill(reference)].slice(-KEPT);
}

/** Looks at the page before, if there is one, and learns what it shows. */
export async function lookFirst(
  arena: Arena,
  target: Target,
  { cookie }: Caller,
  seen: Record<string, string[]>,
): Promise<void> {
  if (ofOneCase.has(target.path)) return takeOne(arena, target, cookie, seen);
  const path = pagesBefore[target.path];
  if (path === undefined) return;
  const input: Input = { made: 'valid', text: '{}', taken: true };
  const { body } = await call(arena, { ...target, path, type: 'query' }, cookie, [input], 0);
  learn(body, seen);
}

const LEARNT =
  /"(id|handle|reference|cursor|next|nextCursor|token|planHash|key|challenge|task|claim)":"([^"]{4,1000})"/g;

/** What answers name can be named back. */
export function learn(body: string, seen: Record<string, string[]>): void {
  if (body.length > 60_000) return;
  for (const [, key = '', value = ''] of body.matchAll(LEARNT)) {
    const name = /^next/.test(key) ? 'cursor' : key;
    seen[name] = [...(seen[name] ?? []), value].slice(-KEPT);
  }
}
