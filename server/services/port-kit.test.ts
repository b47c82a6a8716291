import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { PersonAtHolder } from './contract/tasks.ts';
import { PortRefusal, type SubjectPort } from './port.ts';
import { portProblems } from './port-kit.ts';
import { paylanePort, paylaneStores } from './reference-holders/paylane.ts';
import { tallymetricPort, tallymetricStores } from './reference-holders/tallymetric.ts';

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'portal-holder-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function seedPaylane(dir: string, person: PersonAtHolder, canary: string): Promise<void> {
  const { customers, methods } = paylaneStores(dir);
  const customer = {
    name: canary,
    email: `${canary}@example.test`,
    country: 'DE',
    invoicesTo: canary,
    customerSince: '2025-01-01T00:00:00.000Z',
    restricted: false,
  };
  const charge = {
    charge: `ch_${canary}`,
    invoice: canary,
    amountCents: 1_200,
    currency: 'EUR',
    chargedAt: '2026-02-01T00:00:00.000Z',
    status: 'succeeded',
    riskScore: 7,
  } as const;
  await customers.put(person.account, { customer, charges: [charge] });
  for (const reference of person.references) {
    await methods.put(reference, {
      brand: canary,
      lastFour: '4242',
      expires: '2030-01',
      fingerprint: canary,
      addedAt: '2025-01-01T00:00:00.000Z',
    });
  }
}

async function seedTallymetric(dir: string, person: PersonAtHolder, canary: string) {
  await tallymetricStores(dir).tracked.put(person.account, {
    profile: {
      firstSeenAt: '2025-01-01T00:00:00.000Z',
      lastSeenAt: '2026-01-01T00:00:00.000Z',
      segment: canary,
      restricted: false,
    },
    events: [{ happenedAt: '2025-01-01T00:00:00.000Z', event: canary, surface: 'console' }],
  });
}

describe('the contract of a holder', () => {
  test('is kept by the payment processor', async () => {
    const dir = folder();
    const port = paylanePort(dir);
    expect(
      await portProblems({ port, seed: (person, canary) => seedPaylane(dir, person, canary) }),
    ).toEqual([]);
  });

  test('is kept by the product-analytics provider', async () => {
    const dir = folder();
    const port = tallymetricPort(dir);
    expect(
      await portProblems({ port, seed: (person, canary) => seedTallymetric(dir, person, canary) }),
    ).toEqual([]);
  });

  test.for<
    [string, (port: SubjectPort, everybody: PersonAtHolder[]) => Partial<SubjectPort>, RegExp]
  >([
    ['gives nothing', () => ({ export: async () => nothing }), /export does not give/],
    [
      'gives what belongs to others',
      (port, everybody) => ({
        export: async (person) => {
          const own = await port.export(person);
          const all = await Promise.all(everybody.map((one) => port.export(one)));
          return { ...own, data: { events: all.flatMap(({ data }) => data['events'] ?? []) } };
        },
      }),
      /export gives what belongs to somebody else/,
    ],
    [
      'holds lists it does not describe',
      (port) => ({
        export: async (person) => {
          const own = await port.export(person);
          return { ...own, data: { ...own.data, more: [] } };
        },
      }),
      /not described: more/,
    ],
    [
      'takes a correction of what it does not hold',
      () => ({ correct: async () => ({ records: 1 }) }),
      /correct takes email, which is not described/,
    ],
    [
      'refuses a correction of what it says it holds',
      (port) => ({
        describe: async () => ({ ...(await port.describe()), correctable: ['country'] }),
        correct: async () => {
          throw new PortRefusal('unknown_field');
        },
      }),
      /correct country: unknown_field/,
    ],
    [
      'says that it erased, and did not',
      () => ({ erase: async () => ({ records: 1, kept: null }) }),
      /verifyErased finds something after erase/,
    ],
    [
      'says so, and says also that nothing is left',
      () => ({
        erase: async () => ({ records: 1, kept: null }),
        verifyErased: async () => ({ remaining: 0 }),
      }),
      /verifyErased says that nothing is there while everything is/,
    ],
    [
      'fails when it is asked to erase a second time',
      (port) => {
        let times = 0;
        return {
          erase: async (person) => {
            times += 1;
            if (times > 1) throw new Error('already gone');
            return port.erase(person);
          },
        };
      },
      /erase a second time: already gone/,
    ],
    [
      'fails for somebody it does not know',
      (port) => ({
        export: async (person) => {
          const own = await port.export(person);
          if (own.data['events']?.length === 0) throw new Error('unknown');
          return own;
        },
      }),
      /export of somebody it does not know: unknown/,
    ],
  ])('is not kept by a port that %s, and the kit says so', async ([, differs, problem]) => {
    const dir = folder();
    const whole = tallymetricPort(dir);
    const everybody: PersonAtHolder[] = [];
    const problems = await portProblems({
      port: { ...whole, ...differs(whole, everybody) },
      seed: (person, canary) => {
        everybody.push(person);
        return seedTallymetric(dir, person, canary);
      },
    });
    expect(problems.join('\n')).toMatch(problem);
  });
});

const nothing = { takenAt: '2026-11-23T10:00:00.000Z', data: {} };
