import type { PgTable } from 'drizzle-orm/pg-core';
import { type MapTable, subjectTableNamed } from '../../db/data-map/index.ts';
import { createSession } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { type FilledPerson, filledRow, fillPerson } from '../testing/fill.ts';
import { callerFor, type Jar } from '../testing/people.ts';

export type Visitor = FilledPerson & { tag: string; jar: Jar };

/** A person with a row in every table, signed in. */
export async function visitor(deps: Deps, tag: string, now = deps.clock()): Promise<Visitor> {
  const person = await fillPerson(deps.connection.db, deps.vault, { tag, now });
  return { ...person, tag, jar: await anotherSession(deps, person.subjectId, now) };
}

/** One more browser of a person. */
export async function anotherSession(
  deps: Deps,
  subjectId: string,
  now = deps.clock(),
): Promise<Jar> {
  const { token } = await deps.connection.db.transaction((tx) =>
    createSession(tx, {
      vault: deps.vault,
      now,
      kind: 'user',
      subjectId,
      aal: 2,
      methods: ['pwd', 'otp'],
      aal2At: now,
      userAgentFamily: 'Firefox on Linux',
      ipPrefix: '203.0.113.0/24',
    }),
  );
  return { tokens: { user: token }, set: [] };
}

/** *Your data* as a visitor reaches it. */
export const access = (deps: Deps, { jar }: Pick<Visitor, 'jar'>) => callerFor(deps, jar).access;

/** Rows of one table like the visitor's own, each with what `differs` says of its number. */
export async function insertMore(
  deps: Deps,
  person: Visitor,
  {
    table: name,
    count,
    differs,
  }: {
    table: string;
    count: number;
    differs: (index: number) => Record<string, unknown>;
  },
): Promise<void> {
  const table: MapTable = subjectTableNamed(name);
  const now = deps.clock();
  const rows = Array.from({ length: count }, (_, index) => ({
    ...filledRow(deps.vault, table, { ...person, now }),
    ...differs(index),
  }));
  await deps.connection.db.insert(table.table as PgTable).values(rows);
}
