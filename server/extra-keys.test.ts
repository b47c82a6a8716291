import { describe, expect, test } from 'vitest';
import { subjectTables, unlinkedTables } from '../db/data-map/index.ts';
import { appRouter } from './root.ts';
import { internalRouter } from './services/root.ts';
import { type Issue, inputsOf, objectsOf, type Schema } from './testing/schemas.ts';
import { walkProcedures } from './trpc/boot-check.ts';

/** Every column of the database, by the name it has there and the one it has here. */
const columns = [
  ...new Set(
    [...subjectTables, ...unlinkedTables].flatMap((table) =>
      table.columns.flatMap(({ key, sqlName }) => [key, sqlName]),
    ),
  ),
];
/** By which other portals were told who somebody is, and what they may. */
const KINGMAKERS = [
  ...['userId', 'user_id', 'subjectId', 'actorId', 'accountId', 'sessionHandle', 'impersonatedBy'],
  ...['aal', 'role', 'roles', 'kind', 'status', 'emailVerified', 'isAdmin', 'admin', 'grantId'],
  ...['ctx', 'session', 'actor', 'now', 'tokens', 'staff', '__proto__', 'constructor', 'prototype'],
];
/**
 * Keys by which a person says whom or what they mean, each of them written here by hand: everything else of
 * that name is refused. Staff name a customer (which `who-may` bounds), and a kind is a choice in a form.
 */
const MEANT: Record<string, readonly string[]> = {
  subjectId: [
    'support.askFor',
    'support.startView',
    'caseDesk.openFor',
    'oversight.proposeHold',
    'oversight.holdEntries',
  ],
  kind: ['cases.open', 'cases.about', 'caseDesk.openFor', 'support.askFor', 'oversight.queue'],
  // Which of their own sessions was not them.
  session: ['alarm.raise'],
  // Whose acts a person wants to see in their own log.
  actor: ['audit.log'],
};

/** Keys that were refused by name, also in each of several forms that an input may have. */
function refusedKeys(issues: readonly Issue[] = []): string[] {
  return issues.flatMap(({ code, keys, errors }) => [
    ...(code === 'unrecognized_keys' ? (keys ?? []) : []),
    ...(errors ?? []).flatMap((inner) => refusedKeys(inner)),
  ]);
}

/** Extra keys that an input does not refuse by name, of those that it has no use for. */
function letThrough(schema: Schema, extra: readonly string[]): string[] {
  return objectsOf(schema).flatMap(({ keys, input }) => {
    const unknown = extra.filter((key) => !keys.includes(key));
    const object = Object.fromEntries(unknown.map((key) => [key, 1]));
    const answer = schema.safeParse(input(object));
    const refused = new Set(refusedKeys(answer.error?.issues));
    return unknown.filter((key) => answer.success || !refused.has(key));
  });
}

describe.each([
  ['of people', appRouter],
  ['of services', internalRouter],
] as const)('every procedure %s', (_whose, router) => {
  const procedures = walkProcedures(router).map(({ path }) => ({
    path,
    inputs: inputsOf(router, path),
  }));

  test('refuses the name of every column of the database as an extra key, at every depth of its input', () => {
    expect(columns.length).toBeGreaterThan(400);
    expect(procedures.length).toBeGreaterThan(10);
    let objects = 0;
    for (const { path, inputs } of procedures) {
      for (const schema of inputs) {
        objects += objectsOf(schema).length;
        expect([path, letThrough(schema, columns)]).toEqual([path, []]);
        // The same input without them is not refused for a key: it is the keys that are refused.
        for (const { input } of objectsOf(schema)) {
          expect([path, refusedKeys(schema.safeParse(input({})).error?.issues)]).toEqual([
            path,
            [],
          ]);
        }
      }
    }
    expect(objects).toBeGreaterThanOrEqual(procedures.length);
  });
});

test('no procedure takes from its caller who they are or what they may: the key is refused, but where it was looked at', () => {
  const taken: Record<string, string[]> = {};
  for (const { path } of walkProcedures(appRouter)) {
    for (const schema of inputsOf(appRouter, path)) {
      expect([path, letThrough(schema, KINGMAKERS)]).toEqual([path, []]);
      for (const key of new Set(objectsOf(schema).flatMap(({ keys }) => keys)))
        if (KINGMAKERS.includes(key)) taken[key] = [...(taken[key] ?? []), path];
    }
  }
  const sorted = (of: Record<string, readonly string[]>) =>
    Object.fromEntries(Object.entries(of).map(([key, paths]) => [key, [...paths].sort()]));
  expect(sorted(taken)).toEqual(sorted(MEANT));
});
