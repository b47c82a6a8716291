import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { contactDecision } from '../../db/schema/contact.ts';
import { serviceKey } from '../../db/schema/service.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { insertCustomer } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { alterations, hashOf, PROCEDURE, signed } from './forging.ts';
import { MAX_BODY_BYTES } from './gate.ts';
import { RECORDED_PER_HOUR } from './note-refusal.ts';
import { insertKey, insertService, listen } from './testing.ts';

async function call(
  url: string,
  authorization: string | undefined,
  body: string | Buffer,
  {
    path = `/trpc/${PROCEDURE}`,
    method = 'POST',
    headers = {},
  }: { path?: string; method?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; code: string | null }> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(authorization ? { authorization } : {}),
      ...headers,
    },
    ...(method === 'POST' ? { body: new Uint8Array(Buffer.from(body)) } : {}),
  });
  const json = await response.json().catch(() => null);
  return { status: response.status, code: json?.error?.data?.refusal?.code ?? null };
}

async function world(deps: Deps) {
  const [person, mailer, url] = await Promise.all([
    insertCustomer(deps),
    insertService(deps, 'mailer', { [PROCEDURE]: { purposes: ['marketing'] } }),
    listen(deps),
  ]);
  const body = JSON.stringify({
    subjectId: person.subjectId,
    topic: 'product_news',
    channel: 'email',
  });
  const events = () =>
    deps.connection.db.select().from(auditEvent).where(eq(auditEvent.action, 'service.refused'));
  const taken = () => deps.connection.db.$count(contactDecision);
  return { person, mailer, url, body, events, taken };
}

describe('a signed call', () => {
  test('is taken, and notes when its key was used', async ({ connection }) => {
    const deps = testDeps(connection);
    const { mailer, url, body, taken } = await world(deps);
    expect(await call(url, signed(mailer, body), body)).toEqual({ status: 200, code: null });
    expect(await taken()).toBe(1);
    const [key] = await connection.db.select().from(serviceKey);
    expect(key?.lastUsedAt).toBeInstanceOf(Date);
  });

  test('sent a hundred times at once is taken exactly once', async ({ connection }) => {
    const deps = testDeps(connection);
    const { mailer, url, body, taken } = await world(deps);
    const authorization = signed(mailer, body);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => call(url, authorization, body)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'CALL_REPLAYED')).toHaveLength(99);
    expect(await taken()).toBe(1);
  });

  test('may be signed with either of two active keys', async ({ connection }) => {
    const deps = testDeps(connection);
    const { mailer, url, body } = await world(deps);
    const second = { ...mailer, key: await insertKey(deps, mailer.id) };
    for (const one of [mailer, second])
      expect(await call(url, signed(one, body), body)).toEqual({ status: 200, code: null });
  });
});

describe('a call is refused and recorded, and nothing is done:', () => {
  test('each that was signed with a change, under the service’s name only where that is proved', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { mailer, url, body, events, taken } = await world(deps);
    const seen: unknown[] = [];
    for (const [what, code, reason, proven, changes] of alterations) {
      const before = (await events()).length;
      const answer = await call(url, signed(mailer, body, changes), body);
      expect([what, answer.code]).toEqual([what, code]);
      expect([401, 403]).toContain(answer.status);
      const recorded = await events();
      expect([what, recorded.length]).toEqual([what, before + 1]);
      seen.push([`${PROCEDURE} ${reason}`, proven ? 'mailer' : 'services.gate']);
    }
    const said = (await events()).map(({ reference, actorId }) => [reference, actorId]);
    expect(said.sort()).toEqual(seen.sort());
    expect(await taken()).toBe(0);
  });

  test.for([
    ['a retired key', { status: 'retired' as const }, 'retired_key'],
    [
      'a key that is not valid yet',
      { notBefore: new Date(Date.now() + 60_000) },
      'key_not_yet_valid',
    ],
    ['a key that is no longer valid', { notAfter: new Date(Date.now() - 1_000) }, 'key_expired'],
  ] as const)('signed with %s', async ([, values, reason], { connection }) => {
    const deps = testDeps(connection);
    const { mailer, url, body, events, taken } = await world(deps);
    await connection.db.update(serviceKey).set(values);
    expect(await call(url, signed(mailer, body), body)).toEqual({
      status: 401,
      code: 'SERVICE_KEY_REFUSED',
    });
    expect((await events()).map(({ reference }) => reference)).toEqual([`${PROCEDURE} ${reason}`]);
    expect(await taken()).toBe(0);
  });

  test('a body that was changed on its way, by one space', async ({ connection }) => {
    const deps = testDeps(connection);
    const { mailer, url, body, taken } = await world(deps);
    expect(await call(url, signed(mailer, body), `${body} `)).toEqual({
      status: 401,
      code: 'CALL_ALTERED',
    });
    expect(await taken()).toBe(0);
  });

  test('a procedure outside its scope', async ({ connection }) => {
    const deps = testDeps(connection);
    const { mailer, url, events } = await world(deps);
    const body = '{"questions":[]}';
    const claims = { htp: 'consent.mayContactMany' };
    const path = '/trpc/consent.mayContactMany';
    expect(await call(url, signed(mailer, body, { claims }), body, { path })).toEqual({
      status: 403,
      code: 'SCOPE_MISSING',
    });
    expect((await events()).map(({ reference, actorId }) => [reference, actorId])).toEqual([
      ['consent.mayContactMany scope', 'mailer'],
    ]);
  });

  test('no signature, or something else in its place', async ({ connection }) => {
    const deps = testDeps(connection);
    const { mailer, url, body, taken } = await world(deps);
    const token = signed(mailer, body);
    for (const header of [
      undefined,
      '',
      'Bearer x',
      token.replace('PortalService', 'Bearer'),
      `${token} ${token}`,
      'PortalService',
      'PortalService ..',
      'PortalService e30.e30.e30',
      `PortalService ${'a'.repeat(3_000)}`,
    ]) {
      expect(await call(url, header, body)).toEqual({ status: 401, code: 'SIGNATURE_REFUSED' });
    }
    expect(await taken()).toBe(0);
  });
});

describe('the services’ listener', () => {
  test('records few refusals of a flood, and counts them all', async ({ connection }) => {
    const deps = testDeps(connection);
    const { url, body, events } = await world(deps);
    for (let round = 0; round < 4; round += 1)
      await Promise.all(Array.from({ length: 50 }, () => call(url, undefined, body)));
    expect(await events()).toHaveLength(RECORDED_PER_HOUR);
  });

  test('reads no body without a valid signature, and none beyond its limit', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { mailer, url, taken } = await world(deps);
    const huge = `{"x":"${'a'.repeat(MAX_BODY_BYTES)}"}`;
    expect(await call(url, undefined, huge)).toEqual({ status: 401, code: 'SIGNATURE_REFUSED' });
    expect(await call(url, signed(mailer, huge), huge)).toEqual({
      status: 413,
      code: 'INPUT_REFUSED',
    });
    expect(await taken()).toBe(0);
  });

  test('takes no batches, no GET, no other path, no form, no compressed body, no browser', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { mailer, url, body, taken } = await world(deps);
    const fresh = () => signed(mailer, body);
    const answers = [
      await call(url, fresh(), body, { path: `/trpc/${PROCEDURE}?batch=1` }),
      await call(url, fresh(), body, { path: `/trpc/${PROCEDURE},${PROCEDURE}?batch=1` }),
      await call(url, fresh(), body, { path: `/trpc/${PROCEDURE}/` }),
      await call(url, fresh(), body, { path: `/trpc/consent%2emayContact` }),
      await call(url, fresh(), body, { path: '/trpc/access.overview' }),
      await call(url, fresh(), body, { method: 'GET' }),
      await call(url, fresh(), body, { headers: { 'content-type': 'text/plain' } }),
      await call(url, fresh(), body, { headers: { 'content-encoding': 'gzip' } }),
      await call(url, fresh(), body, { headers: { origin: 'http://localhost:3000' } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([
      404, 404, 404, 404, 401, 405, 415, 415, 403,
    ]);
    expect(await taken()).toBe(0);
  });

  test('refuses text that is not UTF-8, and input with a key it does not know', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { mailer, url, body, taken } = await world(deps);
    const latin = Buffer.concat([
      Buffer.from(body.slice(0, -1)),
      Buffer.from([0xe9]),
      Buffer.from('}'),
    ]);
    const claims = { bsh: hashOf(latin) };
    expect(await call(url, signed(mailer, body, { claims }), latin)).toEqual({
      status: 400,
      code: 'INPUT_REFUSED',
    });
    const more = JSON.stringify({ ...JSON.parse(body), admin: true });
    expect(await call(url, signed(mailer, more), more)).toEqual({
      status: 400,
      code: 'INPUT_REFUSED',
    });
    expect(await taken()).toBe(0);
  });

  test('tells its health without a signature', async ({ connection }) => {
    const url = await listen(testDeps(connection));
    const answers = await Promise.all(
      ['/livez', '/readyz', '/metrics'].map(async (path) => (await fetch(url + path)).status),
    );
    expect(answers).toEqual([200, 200, 404]);
  });
});
