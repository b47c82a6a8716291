import { createHash, createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { contactDecision } from '../../db/schema/contact.ts';
import { serviceKey } from '../../db/schema/service.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { insertCustomer } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import type { ServiceKey } from './client/sign.ts';
import { MAX_BODY_BYTES } from './gate.ts';
import { RECORDED_PER_HOUR } from './note-refusal.ts';
import { insertKey, insertService, listen, type TestService } from './testing.ts';

const PROCEDURE = 'consent.mayContact';
const base64url = (text: string | Buffer) => Buffer.from(text).toString('base64url');
const hashOf = (body: string | Buffer) =>
  createHash('sha256').update(body).digest().toString('base64url');
const seconds = () => Math.floor(Date.now() / 1_000);

type Changes = {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  /** Signs the two parts; the service's own key unless said otherwise. */
  signer?: (signed: string) => string;
};

/** A signed call, with changes made before it is signed: what a careful attacker can make. */
function signed({ id, key }: TestService, body: string, { header, claims, signer }: Changes = {}) {
  const iat = seconds();
  const head = { alg: 'EdDSA', typ: 'portal-svc+jwt', kid: key.kid, ...header };
  const payload = {
    iss: id,
    sub: id,
    aud: 'portal-internal',
    iat,
    exp: iat + 60,
    jti: randomUUID(),
    htm: 'POST',
    htp: PROCEDURE,
    bsh: hashOf(body),
    purpose: 'marketing',
    ...claims,
  };
  const parts = `${base64url(JSON.stringify(head))}.${base64url(JSON.stringify(payload))}`;
  const own = (text: string) =>
    sign(null, Buffer.from(text), key.privateKeyPem).toString('base64url');
  return `PortalService ${parts}.${(signer ?? own)(parts)}`;
}

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

/** A key that the portal does not know. */
function strangeKey(): ServiceKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    kid: 'mailer-00000000',
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const day = 86_400;
const strange = strangeKey();
const jwk = { kty: 'OKP', crv: 'Ed25519', x: base64url(Buffer.alloc(32, 7)) };

/** What is changed, why it is refused, and whether the service still stands as the actor. */
const alterations: [string, string, string, boolean, Changes][] = [
  ['for another audience', 'SIGNATURE_REFUSED', 'audience', true, { claims: { aud: 'portal' } }],
  [
    'for several audiences',
    'SIGNATURE_REFUSED',
    'claims',
    true,
    { claims: { aud: ['portal-internal'] } },
  ],
  [
    'in another service’s name',
    'SIGNATURE_REFUSED',
    'issuer',
    true,
    { claims: { iss: 'billing' } },
  ],
  ['about another service', 'SIGNATURE_REFUSED', 'issuer', true, { claims: { sub: 'billing' } }],
  [
    'that has expired',
    'CALL_OUT_OF_TIME',
    'expired',
    true,
    { claims: { iat: seconds() - 61, exp: seconds() - 1 } },
  ],
  [
    'from the future',
    'CALL_OUT_OF_TIME',
    'future',
    true,
    { claims: { iat: seconds() + 3_600, exp: seconds() + 3_660 } },
  ],
  [
    'that would be valid for a day',
    'CALL_OUT_OF_TIME',
    'lifetime',
    true,
    { claims: { exp: seconds() + day } },
  ],
  ['for another method', 'CALL_ALTERED', 'method', true, { claims: { htm: 'GET' } }],
  [
    'for another procedure',
    'CALL_ALTERED',
    'procedure',
    true,
    { claims: { htp: 'account.lookup' } },
  ],
  ['of another body', 'CALL_ALTERED', 'body', true, { claims: { bsh: hashOf('{}') } }],
  ['without an id', 'SIGNATURE_REFUSED', 'claims', true, { claims: { jti: undefined } }],
  [
    'that claims more than a call',
    'SIGNATURE_REFUSED',
    'claims',
    true,
    { claims: { admin: true } },
  ],
  [
    'for a purpose that nobody knows',
    'PURPOSE_NOT_ALLOWED',
    'purpose',
    true,
    { claims: { purpose: 'curiosity' } },
  ],
  [
    'for a purpose that is not its own',
    'PURPOSE_NOT_ALLOWED',
    'purpose',
    true,
    { claims: { purpose: 'fraud_detection' } },
  ],
  ['of another type', 'SIGNATURE_REFUSED', 'type', false, { header: { typ: 'JWT' } }],
  [
    'without an algorithm',
    'SIGNATURE_REFUSED',
    'algorithm',
    false,
    { header: { alg: 'none' }, signer: () => '' },
  ],
  [
    'by a shared secret made of the public key',
    'SIGNATURE_REFUSED',
    'algorithm',
    false,
    {
      header: { alg: 'HS256' },
      signer: (text) => createHmac('sha256', 'x').update(text).digest('base64url'),
    },
  ],
  [
    'by a key that nobody registered',
    'SERVICE_KEY_REFUSED',
    'unknown_key',
    false,
    { header: { kid: strange.kid } },
  ],
  [
    'by another key than it names',
    'SIGNATURE_REFUSED',
    'signature',
    false,
    {
      signer: (text) => sign(null, Buffer.from(text), strange.privateKeyPem).toString('base64url'),
    },
  ],
  ['that brings its key along', 'SIGNATURE_REFUSED', 'header', false, { header: { jwk } }],
  [
    'that says where its key is',
    'SIGNATURE_REFUSED',
    'header',
    false,
    { header: { jku: 'https://example.com/keys' } },
  ],
  [
    'with a certificate’s address',
    'SIGNATURE_REFUSED',
    'header',
    false,
    { header: { x5u: 'https://example.com/x5' } },
  ],
  [
    'with instructions for its reader',
    'SIGNATURE_REFUSED',
    'header',
    false,
    { header: { crit: ['b64'], b64: false } },
  ],
  [
    'with a key id that is a path',
    'SIGNATURE_REFUSED',
    'header',
    false,
    { header: { kid: '../k' } },
  ],
];

describe('a call is refused and recorded, and nothing is done:', () => {
  test.for(alterations)('%s', async ([, code, reason, proven, changes], { connection }) => {
    const deps = testDeps(connection);
    const { mailer, url, body, events, taken } = await world(deps);
    const answer = await call(url, signed(mailer, body, changes), body);
    expect(answer.code).toBe(code);
    expect([401, 403]).toContain(answer.status);
    expect(await taken()).toBe(0);
    expect(
      (await events()).map((event) => [event.actorKind, event.actorId, event.outcome]),
    ).toEqual([[proven ? 'service' : 'system', proven ? 'mailer' : 'services.gate', 'refused']]);
    expect((await events())[0]?.reference).toBe(`${PROCEDURE} ${reason}`);
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
