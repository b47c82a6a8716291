import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { expect, vi } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { keyCheck, subjectKey } from '../../db/schema/key.ts';
import { keysCommand } from '../cli/keys.ts';
import { testDeps } from '../testing/deps.ts';
import { insertCustomer } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { generateKeyring, parseKeyring } from './keyring.ts';
import { rereadKeys, writeKeysFile } from './keys-file.ts';
import { rewrapKeys } from './rotate.ts';
import { createVault } from './vault.ts';

const said: string[] = [];
vi.spyOn(console, 'log').mockImplementation((line) => said.push(String(line)));

function fileOfKeys() {
  const dir = mkdtempSync(join(tmpdir(), 'rotate-'));
  const path = join(dir, 'keys.json');
  writeFileSync(path, generateKeyring(), { mode: 0o400 });
  return { path, drop: () => rmSync(dir, { recursive: true }) };
}
const processOf = (path: string) =>
  createVault(parseKeyring(readFileSync(path, 'utf8')), rereadKeys(path));

test('keys are rotated while processes run, a rotation that was interrupted goes on, and what was sealed opens all the time', async ({
  connection,
}) => {
  const { db } = connection;
  const { path, drop } = fileOfKeys();
  const deps = testDeps(connection, { vault: processOf(path) });
  deps.env.KEYS_FILE = path;
  await deps.vault.checkKeys(db, deps.clock());
  // Started before and told nothing: one reads the file, one was given its keys by value.
  const running = processOf(path);
  const byValue = createVault(parseKeyring(readFileSync(path, 'utf8')));
  const people = [];
  for (let made = 0; made < 3; made += 1) people.push(await insertCustomer(deps));
  const sealed = people.map(({ subjectId }) => subjectId);
  const versions = async () =>
    (await db.select({ version: subjectKey.kekVersion }).from(subjectKey)).map(
      (row) => row.version,
    );

  // Interrupted after its first row.
  writeKeysFile(path, (text) => {
    const file = JSON.parse(text);
    return JSON.stringify({
      ...file,
      current: 2,
      kek: { ...file.kek, 2: file.kek[1].replace(/^./, (c: string) => (c === 'A' ? 'B' : 'A')) },
    });
  });
  await deps.vault.checkKeys(db, deps.clock());
  const [first] = people;
  const [row] = await db
    .select()
    .from(subjectKey)
    .where(eq(subjectKey.subjectId, first?.subjectId ?? ''));
  if (!row) throw new Error('no key');
  await db
    .update(subjectKey)
    .set(deps.vault.rewrap(row.subjectId, row))
    .where(eq(subjectKey.subjectId, row.subjectId));
  expect(await keysCommand(deps, ['rotate'])).toBe(0);
  expect(said.join('\n')).toMatch(/interrupted: it goes on to version 2/);
  expect(new Set(await versions())).toEqual(new Set([2]));
  expect(await rewrapKeys(db, deps.vault)).toBe(0);

  expect(await keysCommand(deps, ['rotate'])).toBe(0);
  expect(new Set(await versions())).toEqual(new Set([3]));
  for (const subjectId of sealed) {
    const key = await running.subjectKey(db, subjectId);
    expect(running.unseal(key, 'account.email', await emailOf(subjectId))).toMatch(/@/);
  }
  const late = await running.createSubjectKey(db, crypto.randomUUID(), deps.clock());
  expect(late.key).toHaveLength(32);
  expect(new Set(await versions())).toEqual(new Set([3]));

  // What a process with old keys wraps under an old version is found again, as long as that is not retired.
  await byValue.createSubjectKey(db, crypto.randomUUID(), deps.clock());
  await expect(keysCommand(deps, ['retire', '1'])).rejects.toThrow(
    '1 keys are still under version 1',
  );
  await expect(keysCommand(deps, ['retire', '3'])).rejects.toThrow('current');
  expect(await keysCommand(deps, ['rotate'])).toBe(0);
  expect(await keysCommand(deps, ['retire', '1'])).toBe(0);
  expect(await keysCommand(deps, ['retire', '2'])).toBe(0);
  const lost = byValue.createSubjectKey(db, crypto.randomUUID(), deps.clock());
  await expect(lost).rejects.toMatchObject({ cause: { message: 'key version 1 was retired' } });
  expect(Object.keys(JSON.parse(readFileSync(path, 'utf8')).kek)).toEqual(['3']);
  expect(statSync(path).mode & 0o777).toBe(0o400);
  expect(statSync(`${path}.previous`).mode & 0o777).toBe(0o600);
  await processOf(path).checkKeys(db, deps.clock());
  await expect(byValue.checkKeys(db, deps.clock())).rejects.toThrow('version 3 is missing');
  expect(await keysCommand(deps, [])).toBe(0);
  expect(await db.$count(keyCheck)).toBe(3);
  expect(await db.$count(auditEvent, eq(auditEvent.action, 'operator.ran'))).toBe(7);
  drop();

  async function emailOf(subjectId: string) {
    const [found] = await connection.sql`select email from account where subject_id = ${subjectId}`;
    return found?.['email'];
  }
});

test('of two who rotate at once one is told so, and keys given by value are rotated nowhere', async ({
  connection,
}) => {
  const { path, drop } = fileOfKeys();
  const deps = testDeps(connection, { vault: processOf(path) });
  deps.env.KEYS_FILE = path;
  await deps.vault.checkKeys(connection.db, deps.clock());
  const both = await Promise.allSettled([
    keysCommand(deps, ['rotate']),
    keysCommand(deps, ['rotate']),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(JSON.parse(readFileSync(path, 'utf8')).current).toBe(2);
  deps.env.KEYS_FILE = null;
  await expect(keysCommand(deps, ['rotate'])).rejects.toThrow('by value');
  drop();
});
