import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { behavingClient, behavingPort, holderModes, modeOf, setMode } from './behaviour.ts';
import { paylanePort, paylaneStores } from './paylane.ts';
import { recordStore } from './store.ts';

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'portal-holder-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
const filesOf = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const ada = { account: 'c9b4a1d2-0000-4000-8000-000000000001', references: ['pl_ada_1'] };
const customer = {
  name: 'Ada Lovelace',
  email: 'ada@example.test',
  country: 'DE',
  invoicesTo: 'Ada Lovelace',
  customerSince: '2025-01-01T00:00:00.000Z',
  restricted: false,
};
const charge = (at: string) => ({
  charge: `ch_${at}`,
  invoice: 'E-2026-0001',
  amountCents: 1_200,
  currency: 'EUR',
  chargedAt: `${at}T00:00:00.000Z`,
  status: 'succeeded' as const,
  riskScore: 7,
});

async function paylaneWithAda(dir: string) {
  const stores = paylaneStores(dir);
  await stores.customers.put(ada.account, {
    customer,
    charges: [charge('2026-02-01'), charge('2026-08-01')],
  });
  await stores.methods.put('pl_ada_1', {
    brand: 'Visa',
    lastFour: '4242',
    expires: '2030-01',
    fingerprint: 'f00d',
    addedAt: '2025-01-01T00:00:00.000Z',
  });
  return { stores, port: paylanePort(dir) };
}

describe('a holder’s storage', () => {
  test('says nothing of anybody by its names or its bytes, and what was altered does not open', async () => {
    const dir = folder();
    const store = recordStore<{ name: string }>(dir, 'people');
    await store.put(ada.account, { name: 'Ada Lovelace' });
    const files = filesOf(join(dir, 'people'));
    expect(files).toHaveLength(1);
    for (const path of files) {
      expect(path).not.toContain(ada.account);
      expect(readFileSync(path).includes('Ada')).toBe(false);
    }
    expect(await recordStore(dir, 'people').get(ada.account)).toEqual({ name: 'Ada Lovelace' });
    const [path = ''] = files;
    const bytes = readFileSync(path);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await expect(store.get(ada.account)).rejects.toThrow();
    await store.remove(ada.account);
    await store.remove(ada.account);
    expect(await store.get(ada.account)).toBeNull();
  });

  test('shows one whole record or the other to whoever reads while it is written', async () => {
    const store = recordStore<{ text: string }>(folder(), 'people', { durable: false });
    const long = (letter: string) => ({ text: letter.repeat(200_000) });
    await store.put('ada', long('a'));
    const reads = Promise.all(Array.from({ length: 50 }, () => store.get('ada')));
    await Promise.all(['b', 'c', 'd'].map((letter) => store.put('ada', long(letter))));
    for (const seen of await reads) {
      expect(seen?.text).toHaveLength(200_000);
      expect(new Set(seen?.text)).toHaveLength(1);
    }
  });
});

describe('the payment processor', () => {
  test('keeps after an erasure what payment law asks for, and whose it was in no file', async () => {
    const dir = folder();
    const { stores, port } = await paylaneWithAda(dir);
    expect(await port.erase(ada)).toEqual({
      records: 2,
      kept: { records: 2, ground: 'payment_records', until: '2031-08-01T00:00:00.000Z' },
    });
    expect(await port.verifyErased(ada)).toEqual({ remaining: 0 });
    const kept = await stores.ledger.get('ch_2026-02-01');
    expect(Object.keys(kept ?? {}).sort()).toEqual(
      ['amountCents', 'charge', 'chargedAt', 'currency', 'riskScore', 'status'].sort(),
    );
    expect(filesOf(join(dir, 'customers'))).toEqual([]);
    expect(filesOf(join(dir, 'methods'))).toEqual([]);
    expect(filesOf(join(dir, 'erasures'))).toEqual([]);
  });

  test('says the same of an erasure that was interrupted and done again', async () => {
    const { stores, port } = await paylaneWithAda(folder());
    const known = await stores.customers.get(ada.account);
    const first = await port.erase(ada);
    // As it stands when the process was killed before the last file went.
    if (known) await stores.customers.put(ada.account, known);
    expect(await port.verifyErased(ada)).toEqual({ remaining: 1 });
    expect(await port.erase(ada)).toEqual(first);
    expect(await port.verifyErased(ada)).toEqual({ remaining: 0 });
  });
});

describe('a reference holder', () => {
  test('behaves as it was told last, and as it should when nobody told it anything it knows', async () => {
    const dir = folder();
    const { port } = await paylaneWithAda(dir);
    const behaving = behavingPort(port, dir);
    expect(modeOf(dir)).toBe('normal');
    for (const mode of holderModes) {
      setMode(dir, mode);
      expect(modeOf(dir)).toBe(mode);
    }
    setMode(dir, 'failing');
    await expect(behaving.export(ada)).rejects.toThrow('fails');
    setMode(dir, 'lying');
    expect(await behaving.erase(ada)).toEqual({ records: 1, kept: null });
    expect((await behaving.verifyErased(ada)).remaining).toBeGreaterThan(0);
    setMode(dir, 'silent');
    const asked: unknown[] = [];
    const client = behavingClient(
      {
        tasks: {
          claim: async (input) => {
            asked.push(input);
            return { tasks: [] };
          },
          answer: async () => ({ state: 'accepted' }),
        },
      },
      dir,
    );
    const stopped = { signal: AbortSignal.abort() };
    expect(await client.tasks.claim({ limit: 1, waitSeconds: 0 }, stopped)).toEqual({ tasks: [] });
    expect(asked).toEqual([]);
    writeFileSync(join(dir, 'mode'), 'something else');
    expect(modeOf(dir)).toBe('normal');
    await client.tasks.claim({ limit: 1, waitSeconds: 0 });
    expect(asked).toHaveLength(1);
    expect(existsSync(join(dir, 'mode'))).toBe(true);
  });

  test('that falls silent takes nothing more, also while it waits for work', async () => {
    const dir = folder();
    const client = behavingClient(
      {
        tasks: {
          // Answers only when it is no longer wanted.
          claim: (_input, { signal } = {}) =>
            new Promise((_resolve, reject) => {
              signal?.addEventListener('abort', () => reject(signal.reason));
            }),
          answer: async () => ({ state: 'accepted' }),
        },
      },
      dir,
    );
    const waiting = client.tasks.claim({ limit: 1, waitSeconds: 20 });
    setMode(dir, 'silent');
    expect(await waiting).toEqual({ tasks: [] });
  });
});
