import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { expect, vi } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { service, serviceKey, serviceScope } from '../../db/schema/service.ts';
import type { Deps } from '../deps.ts';
import { clientOf, listen } from '../services/testing.ts';
import { testDeps } from '../testing/deps.ts';
import { test } from '../testing/pg.ts';
import { servicesCommand } from './services.ts';

/** A key pair, its public half in a file. */
function keyFile(deps: Deps) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const path = join(deps.env.DATA_DIR, `${crypto.randomUUID()}.pem`);
  writeFileSync(path, publicKey.export({ type: 'spki', format: 'pem' }));
  return {
    path,
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** What an operator types behind "services", and what is printed. */
async function run(deps: Deps, ...args: string[]): Promise<string> {
  const printed: string[] = [];
  const log = vi
    .spyOn(console, 'log')
    .mockImplementation((text) => void printed.push(String(text)));
  try {
    await servicesCommand(deps, args);
  } finally {
    log.mockRestore();
  }
  return printed.join('\n');
}

const added = ['--name', 'Ledger', '--about', 'Writes the books.'];

test('a service that is added may call nothing, then what it is allowed and for that alone, and nothing again', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const { path, privateKeyPem } = keyFile(deps);
  const said = await run(deps, 'add', 'ledger', path, ...added);
  const kid = /ledger-\w{8}/.exec(said)?.[0] ?? '';
  const url = await listen(deps);
  const since = (purpose: 'privacy_rights' | 'billing') =>
    clientOf(
      url,
      { id: 'ledger', key: { kid, privateKeyPem } },
      { scopes: ['events.since'], purpose },
    ).events.since({});

  await expect(since('privacy_rights')).rejects.toMatchObject({ code: 'SCOPE_MISSING' });
  await run(deps, 'allow', 'ledger', 'events.since', '--for', 'privacy_rights', '--people', '9');
  await since('privacy_rights');
  await expect(since('billing')).rejects.toMatchObject({ code: 'PURPOSE_NOT_ALLOWED' });
  await run(deps, 'allow', 'ledger', 'events.since', '--for', 'billing,support', '--people', '5');
  await since('billing');
  await expect(since('privacy_rights')).rejects.toMatchObject({ code: 'PURPOSE_NOT_ALLOWED' });
  expect(await run(deps)).toContain('events.since             billing, support; 5 people a day');
  await run(deps, 'deny', 'ledger', 'events.since');
  await expect(since('billing')).rejects.toMatchObject({ code: 'SCOPE_MISSING' });

  const events = await connection.db
    .select({ action: auditEvent.action, reference: auditEvent.reference })
    .from(auditEvent)
    .where(eq(auditEvent.actorKind, 'system'));
  expect(events.filter(({ action }) => action !== 'operator.ran')).toEqual(
    expect.arrayContaining([
      { action: 'service.added', reference: 'ledger' },
      { action: 'service.key_added', reference: kid },
      { action: 'service.allowed', reference: 'ledger events.since' },
      { action: 'service.denied', reference: 'ledger events.since' },
    ]),
  );
});

test('the end of the only key of a service is said to be one', async ({ connection }) => {
  const deps = testDeps(connection);
  const kidIn = (said: string) => /ledger-\w{8}/.exec(said)?.[0] ?? '';
  const first = kidIn(await run(deps, 'add', 'ledger', keyFile(deps).path, ...added));
  const second = kidIn(await run(deps, 'rotate', 'ledger', keyFile(deps).path));
  const only = 'It was the only one: ledger can call nothing until it has a new key.';
  expect(await run(deps, 'retire', first)).not.toContain(only);
  expect(await run(deps, 'retire', second)).toContain(only);
});

test('what cannot be is refused with a sentence, and changes nothing', async ({ connection }) => {
  const deps = testDeps(connection);
  const { path } = keyFile(deps);
  await run(deps, 'add', 'ledger', path, ...added);
  const events = await connection.db.$count(auditEvent);
  for (const [args, sentence] of [
    [['add', 'ledger', path, ...added], 'There is a service ledger already.'],
    [['add', 'Ledger!', path, ...added], 'a-z, 0-9'],
    [['add', 'books', path], '--name and --about'],
    [['add', 'books', '/nowhere/key.pem', ...added], 'cannot be read'],
    [['add', 'books', import.meta.filename, ...added], 'not an Ed25519 public key'],
    [['add', 'books', path, ...added], 'has or had the key'],
    [['rotate', 'ledger', path], 'has or had the key'],
    [['allow', 'nobody', 'events.since', '--for', 'billing', '--people', '1'], 'no service nobody'],
    [['allow', 'ledger', 'everything', '--for', 'billing', '--people', '1'], 'events.since'],
    [['allow', 'ledger', 'events.since', '--for', 'curiosity', '--people', '1'], 'one or more of'],
    [
      ['allow', 'ledger', 'events.since', '--for', 'billing', '--people', '0'],
      'a number of people',
    ],
    [['deny', 'ledger', 'events.since'], 'may not call events.since'],
    [['burn', 'ledger'], 'needs one of'],
  ] as const)
    await expect(run(deps, ...args), args.join(' ')).rejects.toThrow(sentence);
  expect(await connection.db.$count(service)).toBe(1);
  expect(await connection.db.$count(serviceKey)).toBe(1);
  expect(await connection.db.$count(serviceScope)).toBe(0);
  expect(await connection.db.$count(auditEvent)).toBe(events);
});
