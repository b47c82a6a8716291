import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { keyCheck } from '../../db/schema/key.ts';
import { test } from '../testing/pg.ts';
import { generateKeyring, parseKeyring } from './keyring.ts';
import { createVault } from './vault.ts';

test('of two processes with different keys that start at once on an empty database, only one goes on', async ({
  connection: { db },
}) => {
  const now = new Date();
  const vaults = [1, 2].map(() => createVault(parseKeyring(generateKeyring())));
  const started = await Promise.allSettled(vaults.map((vault) => vault.checkKeys(db, now)));
  expect(started.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const refused = started.find(({ status }) => status === 'rejected');
  expect(refused).toMatchObject({
    reason: { message: expect.stringMatching(/do not belong to this database/) },
  });
  expect(await db.$count(keyCheck)).toBe(1);
});

test('several processes that start at once in an empty folder have the same keys, and leave no others there', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'keys-'));
  const keyring = JSON.stringify(join(import.meta.dirname, 'keyring.ts'));
  const path = JSON.stringify(join(dir, 'keys.json'));
  // Each says that it is there and waits for the word of all, so that all find the folder empty.
  const script = `import { readSync } from 'node:fs'; import { keyringOfDirectory } from ${keyring};
    process.stdout.write('there '); readSync(0, Buffer.alloc(1));
    process.stdout.write(keyringOfDirectory(${path}).mac.toString('base64'));`;
  const processes = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]),
  );
  let waiting = processes.length;
  const keys = await Promise.all(
    processes.map(async (child) => {
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk) => {
          said += chunk;
        });
      await once(child.stdout, 'data');
      waiting -= 1;
      if (waiting === 0) for (const one of processes) one.stdin.end('.');
      await once(child, 'close');
      return said;
    }),
  );
  expect(keys[0]).toMatch(/^there [\w+/]{43}=$/);
  expect(new Set(keys).size).toBe(1);
  expect(readdirSync(dir)).toEqual(['keys.json']);
  rmSync(dir, { recursive: true });
});
