import { TRPCError } from '@trpc/server';
import { afterAll, describe, expect, test } from 'vitest';
import { connect } from '../db/connect.ts';
import { appRouter } from './root.ts';
import { testDeps } from './testing/deps.ts';
import { callerFor, emptyJar } from './testing/people.ts';
import { type Schema, inputsOf as schemasOf } from './testing/schemas.ts';
import { checkProcedures, walkProcedures } from './trpc/boot-check.ts';
import { procedureWith, refusalOf, router } from './trpc/init.ts';
import { nothing } from './trpc/input.ts';
import type { Meta } from './trpc/meta.ts';

// Opens no connection until a statement is sent, and none is.
const connection = connect('postgres://nobody@127.0.0.1:1/nothing');
const deps = testDeps(connection);
afterAll(() => connection.close());

const procedures = walkProcedures(appRouter);
const named = (wanted: Meta['assurance']) =>
  procedures.flatMap(({ path, meta }) => (meta?.assurance === wanted ? [path] : []));

/** Places in a schema where an unknown key would be let through. */
function loose(schema: Schema, place: string): string[] {
  const {
    type,
    catchall,
    shape = {},
    options = [],
    in: input,
    innerType,
    element,
    valueType,
  } = schema._zod.def;
  const here = type === 'object' && catchall?._zod.def.type !== 'never' ? [place] : [];
  const deeper = Object.entries(shape).flatMap(([key, inner]) => loose(inner, `${place}.${key}`));
  const others = [...options, input, innerType, element, valueType].flatMap((inner) =>
    inner ? loose(inner, place) : [],
  );
  return [...here, ...deeper, ...others];
}

const inputsOf = (path: string) => schemasOf(appRouter, path);

/** What a procedure answers to a caller with these cookies and `GET` or `POST`. */
async function answer(
  path: string,
  { method = 'POST', input = {} }: { method?: string; input?: unknown } = {},
) {
  const steps = path.split('.');
  const call = steps.reduce<unknown>(
    (at, step) => (at as Record<string, unknown>)[step],
    callerFor(deps, emptyJar(), { method }),
  );
  try {
    await (call as (input: unknown) => Promise<unknown>)(input);
    return null;
  } catch (cause) {
    return cause instanceof TRPCError
      ? (refusalOf(cause)?.code ?? 'an error of ours')
      : 'an error of ours';
  }
}

describe('every procedure', () => {
  test('says who may call it, why, and what it records', () => {
    expect(procedures.length).toBeGreaterThan(50);
    expect(() => checkProcedures(appRouter)).not.toThrow();
  });

  test('refuses keys it does not know, at every depth', () => {
    for (const { path } of procedures) {
      const inputs = inputsOf(path);
      expect([path, inputs.length > 0]).toEqual([path, true]);
      expect(inputs.flatMap((schema) => loose(schema, path))).toEqual([]);
    }
  });

  test('that asks for nothing takes nothing', async () => {
    const empty = procedures.filter(({ path }) =>
      inputsOf(path).includes(nothing as unknown as Schema),
    );
    expect(empty.length).toBeGreaterThan(10);
    for (const key of ['subjectId', 'session', '__proto__', 'constructor']) {
      expect(nothing.safeParse(JSON.parse(`{"${key}": 1}`)).success).toBe(false);
    }
  });

  test('takes whom it is about from the session: no input names an account, but those of staff', () => {
    for (const { path, meta } of procedures) {
      if (meta?.assurance === 'staff') continue;
      const keys = inputsOf(path).flatMap(({ _zod }) => Object.keys(_zod.def.shape ?? {}));
      expect([path, keys.filter((key) => /subject|account|user|person/i.test(key))]).toEqual([
        path,
        [],
      ]);
    }
  });

  test('but a subscription cannot be called by GET', async () => {
    for (const { path, type } of procedures) {
      if (type !== 'subscription')
        expect([path, await answer(path, { method: 'GET' })]).toEqual([path, 'INPUT_REFUSED']);
    }
  });
});

describe('without a session', () => {
  test.each(named('mfa'))(
    '%s says that one is signed out, whatever is sent with it',
    async (path) => {
      for (const input of [{}, undefined, null, 'x', { subjectId: crypto.randomUUID() }]) {
        expect(await answer(path, { input })).toBe('SIGNED_OUT');
      }
    },
  );

  test.each(['pending', 'enrolling', 'recovery', 'renewing'] as const)(
    'every %s procedure says that the attempt ended',
    async (assurance) => {
      expect(named(assurance).length).toBeGreaterThan(0);
      for (const path of named(assurance))
        expect([path, await answer(path)]).toEqual([path, 'ATTEMPT_ENDED']);
    },
  );

  test('only these answer, and nobody has to sign in for them', () => {
    expect(named('public').sort()).toEqual([
      'account.undoEmailChange',
      'auth.beginPasskeySignIn',
      'auth.beginRecovery',
      'auth.forgot',
      'auth.signIn',
      'auth.signInWithPasskey',
      'auth.verifyEmail',
      'consent.chooseCookies',
      'consent.cookies',
      'lostFactors.begin',
      'lostFactors.open',
      'lostFactors.stopByLink',
      'outbox.latest',
      'policy.get',
      'requests.receipt',
      'signUp.answerAge',
      'signUp.ask',
      'signUp.complete',
      'signUp.look',
    ]);
  });
});

describe('boot refuses a procedure', () => {
  const whole: Meta = {
    assurance: 'mfa',
    stepUp: 'none',
    roles: [],
    impersonation: 'deny',
    purpose: 'support',
    audit: 'none',
    post: true,
    whileDeleting: true,
    coolsDown: false,
    carriesAway: false,
  };
  const bootOf = (meta: Meta) => () =>
    checkProcedures(
      router({
        it: procedureWith(meta)
          .input(nothing)
          .mutation(() => null),
      }),
    );

  test.each([
    [
      'that touches personal data without a purpose',
      { ...whole, purpose: null },
      /without a purpose/,
    ],
    [
      'that changes something and is open to impersonation',
      { ...whole, impersonation: 'read' as const },
      /open to impersonation/,
    ],
    ['that can be called by GET', { ...whole, post: false }, /callable by GET/],
  ])('%s', (_what, meta, message) => {
    expect(bootOf(meta)).toThrow(message);
  });

  test('without an input schema, and takes one that says everything', () => {
    expect(() => checkProcedures(router({ it: procedureWith(whole).query(() => null) }))).toThrow(
      /no input schema/,
    );
    expect(bootOf(whole)).not.toThrow();
  });
});
