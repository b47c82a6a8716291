import { describe, expect } from 'vitest';
import { later, start } from './auth/testing.ts';
import { appRouter } from './root.ts';
import { internalRouter } from './services/root.ts';
import { testDeps } from './testing/deps.ts';
import { everyNaughty, naughty } from './testing/naughty.ts';
import { callerFor, insertCustomer, signedInAs } from './testing/people.ts';
import { test } from './testing/pg.ts';
import { codeOf } from './testing/refused.ts';
import { inputsOf, textFieldsOf } from './testing/schemas.ts';
import { walkProcedures } from './trpc/boot-check.ts';

/** A text in its one spelling, as it was typed. */
const composed = (text: string) => text.normalize('NFC');
const trimmed = (text: string) => composed(text).trim();

/** Fields that keep less than what was typed, and what they keep. */
const keeps: Record<string, (text: string) => string | null> = {
  email: (text) => composed(text).normalize('NFKC').trim(),
  code: (text) => composed(text).replace(/[\s-]/g, ''),
  reference: (text) => trimmed(text).toUpperCase(),
  ticket: (text) => trimmed(text).toUpperCase(),
  // Of staff who look somebody up, by a reference perhaps.
  value: (text) => trimmed(text).toUpperCase(),
};

describe('texts that programs have stumbled over', () => {
  test('are more than two hundred, each once', () => {
    const texts = everyNaughty.map(([, text]) => text);
    expect(texts.length).toBeGreaterThan(200);
    expect(new Set(Object.keys(naughty)).size).toBeGreaterThan(12);
  });

  test.for([
    ['people', appRouter],
    ['services', internalRouter],
  ] as const)(
    'are refused or kept as they were typed by every field of every procedure of %s: the same in its composed form, at most without blanks around it',
    ([, router]) => {
      let kept = 0;
      let refused = 0;
      for (const { path } of walkProcedures(router))
        for (const { place, schema } of inputsOf(router, path).flatMap((input) =>
          textFieldsOf(input),
        ))
          for (const [kind, text] of everyNaughty) {
            const parsed = schema.safeParse(text);
            if (!parsed.success) {
              refused += 1;
              continue;
            }
            kept += 1;
            const { data } = parsed as { data?: unknown };
            const name = place.split('.').at(-1) ?? '';
            const fits = [composed(text), trimmed(text), keeps[name]?.(text)];
            // Nothing at all is kept as such.
            const empty = data === null && trimmed(text) === '';
            const right = empty || fits.includes(data as string);
            expect([path, place, kind, text, right || data]).toEqual([
              path,
              place,
              kind,
              text,
              true,
            ]);
          }
      expect(kept).toBeGreaterThan(0);
      expect(refused).toBeGreaterThan(kept / 10);
    },
  );
});

/** Of each kind so many are written into every field; into names, all. */
const SOME = 4;

type Caller = ReturnType<typeof callerFor>;
type Field = {
  write(as: Caller, text: string): Promise<unknown>;
  read(as: Caller): Promise<string | null | undefined>;
};

/** Where a person's own words are kept, and how they read them again. */
function fieldsOf(app: string): Record<string, Field> {
  const corrected = (field: 'displayName' | 'company' | 'region' | 'phone'): Field => ({
    write: (as, value) => as.account.correct({ field, value }),
    read: async (as) => (await as.account.get({})).fields.find((one) => one.field === field)?.value,
  });
  return {
    'a name': corrected('displayName'),
    'a company': corrected('company'),
    'a region': corrected('region'),
    'a phone number': corrected('phone'),
    'what an app is called': {
      write: (as, name) => as.auth.renameFactor({ id: app, name }),
      read: async (as) => (await as.auth.securityState({})).apps[0]?.name,
    },
  };
}

test('are read again as they were typed, or refused and what was there stays, wherever a person’s own words are kept', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const ada = await insertCustomer(deps);
  const jar = await signedInAs(deps, ada, { now: start });
  const as = (seconds: number) => callerFor(deps, jar, { now: later(seconds) });
  const [app] = (await as(11).auth.securityState({})).apps;
  for (const [name, { write, read }] of Object.entries(fieldsOf(app?.id ?? ''))) {
    const count = { kept: 0, refused: 0 };
    let there = await read(as(12));
    for (const [kind, texts] of Object.entries(naughty)) {
      for (const text of name === 'a name' ? texts : texts.slice(0, SOME)) {
        const code = await codeOf(write(as(13), text));
        if (code !== null) {
          count.refused += 1;
          expect([name, kind, text, code]).toEqual([name, kind, text, 'INPUT_REFUSED']);
          continue;
        }
        count.kept += 1;
        there = await read(as(13));
        const right = [composed(text), trimmed(text), trimmed(text) === '' ? null : undefined];
        expect([name, kind, text, right.includes(there) || there]).toEqual([
          name,
          kind,
          text,
          true,
        ]);
      }
      // What was refused has changed nothing.
      expect([name, kind, await read(as(14))]).toEqual([name, kind, there]);
    }
    expect([name, count.kept > 0, count.refused > 0]).toEqual([name, true, true]);
    if (name === 'a name') expect(count.kept).toBeGreaterThan(150);
  }
  const { reference } = await as(10).cases.open({
    kind: 'question',
    about: 'Mine',
    text: 'Hello.',
  });
  const written: string[] = [];
  for (const text of Object.values(naughty).flatMap((texts) => texts.slice(0, SOME)))
    if ((await codeOf(as(15).cases.write({ reference, text }))) === null) written.push(text);
  const { messages } = await as(16).cases.get({ reference });
  expect(written.length).toBeGreaterThan(30);
  // Of one moment, so that their order is nobody's.
  const read = messages.map(({ text }) => text);
  expect(read.sort()).toEqual(['Hello.', ...written.map(trimmed)].sort());
});
