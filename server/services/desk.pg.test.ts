import { generateKeyPairSync } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { serviceKey } from '../../db/schema/service.ts';
import { later, MINUTE, start as now } from '../auth/testing.ts';
import { testDeps } from '../testing/deps.ts';
import {
  atTheDesk,
  callerFor,
  insertCustomer,
  insertStaff,
  signedInAs,
} from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { insertService } from './testing.ts';

const pair = () => generateKeyPairSync('ed25519');
const publicPem = () => pair().publicKey.export({ type: 'spki', format: 'pem' }).toString();

test('an administrator adds and retires keys of services with a fresh code, under their own name; nobody else sees or does it', async ({
  connection,
}) => {
  const deps = testDeps(connection, { clock: () => now });
  await insertService(deps, 'mailer', { 'events.since': { purposes: ['privacy_rights'] } });
  const admin = await insertStaff(deps, { role: 'administrator', label: 'Administrator A-31' });
  const jar = await atTheDesk(deps, admin, { now });
  const at = (when: Date) => callerFor(deps, jar, { now: when, surface: 'console' }).services;

  const { services } = await at(now).list({});
  expect(services.map(({ id, scopes, keys }) => [id, scopes.length, keys.length])).toEqual([
    ['mailer', 1, 1],
  ]);
  expect(services[0]?.scopes).toMatchObject([
    {
      procedure: 'events.since',
      purposes: [
        {
          code: 'privacy_rights',
          text: 'To carry out and prove their privacy choices and requests',
        },
      ],
    },
  ]);
  const first = services[0]?.keys[0]?.id ?? '';
  const stale = later(6 * MINUTE);
  for (const act of [
    () => at(stale).rotate({ serviceId: 'mailer', publicKey: publicPem() }),
    () => at(stale).retire({ keyId: first }),
  ])
    expect(await refused(act())).toEqual(refusal('STEP_UP_REQUIRED'));

  const privatePem = pair().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const rotate = (publicKey: string, serviceId = 'mailer') =>
    refused(at(now).rotate({ serviceId, publicKey }));
  expect(await rotate(privatePem)).toEqual(refusal('INPUT_REFUSED'));
  expect(await rotate('no key at all')).toEqual(refusal('INPUT_REFUSED'));
  expect(await rotate(publicPem(), 'nobody')).toEqual(refusal('NOT_FOUND'));
  expect(await rotate(services[0]?.keys[0]?.publicKey ?? '')).toEqual(refusal('PUBLIC_KEY_KNOWN'));
  expect(await rotate(publicPem())).toBeNull();
  expect(await rotate(publicPem())).toEqual(refusal('NOT_ALLOWED'));
  await at(now).retire({ keyId: first });
  expect(await refused(at(now).retire({ keyId: first }))).toEqual(refusal('NOT_FOUND'));
  const active = await connection.db
    .select()
    .from(serviceKey)
    .where(eq(serviceKey.status, 'active'));
  expect(active.map(({ id }) => id === first)).toEqual([false]);
  const events = await connection.db
    .select()
    .from(auditEvent)
    .where(eq(auditEvent.actorKind, 'staff'));
  expect(
    events
      .filter(({ action }) => action.startsWith('service.'))
      .map(({ action, actorLabel }) => `${action} ${actorLabel}`)
      .sort(),
  ).toEqual([
    'service.key_added Administrator A-31',
    'service.key_retired Administrator A-31',
    'service.listed Administrator A-31',
  ]);

  for (const role of ['support', 'officer'] as const) {
    const other = await atTheDesk(deps, await insertStaff(deps, { role, label: `Staff ${role}` }), {
      now,
    });
    const theirs = callerFor(deps, other, { now, surface: 'console' }).services;
    for (const act of [
      () => theirs.list({}),
      () => theirs.rotate({ serviceId: 'mailer', publicKey: publicPem() }),
      () => theirs.retire({ keyId: first }),
    ])
      expect(await refused(act())).toEqual(refusal('NOT_ALLOWED'));
  }
  const customer = await signedInAs(deps, await insertCustomer(deps), { now });
  expect(await refused(callerFor(deps, customer, { now }).services.list({}))).toEqual(
    refusal('SIGNED_OUT'),
  );
});
