import { generateKeyPairSync } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { serviceKey } from '../../db/schema/service.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { testDeps } from '../testing/deps.ts';
import { test } from '../testing/pg.ts';
import { listServices, retireKey, rotateKey } from './keys.ts';
import { clientOf, insertService, listen } from './testing.ts';

const actor = { kind: 'system', job: 'operator.services' } as const;
const who = () => ({ actor, requestId: 'test', now: new Date() });

function newPair() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const rotate = (deps: Deps, serviceId: string, publicKey: string) =>
  deps.connection.db.transaction((tx) =>
    rotateKey(tx, deps.vault, { ...who(), serviceId, publicKey }),
  );
const retire = (deps: Deps, keyId: string) =>
  deps.connection.db.transaction((tx) => retireKey(tx, deps.vault, { ...who(), keyId }));

async function codeOf(act: Promise<unknown>): Promise<string | null> {
  try {
    await act;
    return null;
  } catch (cause) {
    if (cause instanceof DomainError) return cause.code;
    throw cause;
  }
}

describe('a service changes its key', () => {
  test('without a gap: the new one works beside the old one, and the old one not a call longer than it should', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const scopes = { 'events.since': { purposes: ['privacy_rights' as const] } };
    const mailer = await insertService(deps, 'mailer', scopes);
    const url = await listen(deps);
    const call = (key: { kid: string; privateKeyPem: string }) =>
      clientOf(
        url,
        { id: mailer.id, key },
        {
          scopes: ['events.since'],
          purpose: 'privacy_rights',
        },
      ).events.since({});
    const pair = newPair();
    const { keyId } = await rotate(deps, 'mailer', pair.publicKey);
    const next = { kid: keyId, privateKeyPem: pair.privateKeyPem };
    await call(mailer.key);
    await call(next);
    await retire(deps, mailer.key.kid);
    await expect(call(mailer.key)).rejects.toMatchObject({ code: 'SERVICE_KEY_REFUSED' });
    await call(next);
    const events = await connection.db
      .select({ action: auditEvent.action, reference: auditEvent.reference })
      .from(auditEvent)
      .where(eq(auditEvent.actorKind, 'system'));
    expect(events).toEqual(
      expect.arrayContaining([
        { action: 'service.key_added', reference: keyId },
        { action: 'service.key_retired', reference: mailer.key.kid },
      ]),
    );
  });

  test('but never has more than two that are active, of two added at once either', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    await insertService(deps, 'mailer');
    const results = await Promise.all(
      Array.from({ length: 5 }, () => codeOf(rotate(deps, 'mailer', newPair().publicKey))),
    );
    expect(results.filter((code) => code === null)).toHaveLength(1);
    expect(results.filter((code) => code === 'NOT_ALLOWED')).toHaveLength(4);
    expect(await connection.db.$count(serviceKey, eq(serviceKey.status, 'active'))).toBe(2);
  });

  test('and never to one that a service has or had, its own or another’s, of several at once either', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ids = ['mailer', 'billing', 'scheduler', 'ledger'];
    for (const id of ids) await insertService(deps, id);
    const { publicKey } = newPair();
    const results = await Promise.all(ids.map((id) => codeOf(rotate(deps, id, publicKey))));
    expect(results.filter((code) => code === null)).toHaveLength(1);
    expect(results.filter((code) => code === 'PUBLIC_KEY_KNOWN')).toHaveLength(3);
    // The same key in other lines and with words around it.
    const [, body = ''] = publicKey.split('\n');
    const written = `A key\n${publicKey.replace(body, `${body.slice(0, 20)}\n${body.slice(20)}`)}`;
    const added = eq(serviceKey.publicKey, publicKey);
    const [key] = await connection.db.select().from(serviceKey).where(added);
    await retire(deps, key?.id ?? '');
    for (const id of ids)
      for (const pem of [publicKey, written])
        expect([id, await codeOf(rotate(deps, id, pem))]).toEqual([id, 'PUBLIC_KEY_KNOWN']);
    expect(await connection.db.$count(serviceKey, added)).toBe(1);
  });

  test('only to a public Ed25519 key, and only a service that there is', async ({ connection }) => {
    const deps = testDeps(connection);
    await insertService(deps, 'mailer');
    const { publicKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    for (const pem of [
      'no key',
      newPair().privateKeyPem,
      rsa.export({ type: 'spki', format: 'pem' }).toString(),
    ])
      expect(await codeOf(rotate(deps, 'mailer', pem))).toBe('INPUT_REFUSED');
    expect(await codeOf(rotate(deps, 'nobody', newPair().publicKey))).toBe('NOT_FOUND');
    expect(await codeOf(retire(deps, 'mailer-none'))).toBe('NOT_FOUND');
    expect(await connection.db.$count(auditEvent)).toBe(0);
  });
});

test('services are listed with scopes and keys, and no private half', async ({ connection }) => {
  const deps = testDeps(connection);
  const mailer = await insertService(deps, 'mailer', {
    'events.since': { purposes: ['privacy_rights'], max: 7 },
  });
  const [listed] = await listServices(connection.db);
  expect(listed).toMatchObject({
    id: 'mailer',
    scopes: [{ procedure: 'events.since', purposes: ['privacy_rights'], maxSubjectsPerDay: 7 }],
    keys: [{ id: mailer.key.kid, status: 'active', lastUsedAt: null }],
  });
  expect(JSON.stringify(listed)).not.toContain('PRIVATE');
});
