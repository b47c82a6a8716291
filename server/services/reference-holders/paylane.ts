import type { PersonAtHolder, TaskResult } from '../contract/tasks.ts';
import { PortRefusal, type SubjectPort } from '../port.ts';
import { recordStore } from './store.ts';

/** Payment law asks for transactions this long after the last of them; whose they were, it does not ask. */
const KEEP_YEARS = 5;

export type PaylaneCustomer = {
  name: string;
  email: string;
  country: string;
  invoicesTo: string;
  customerSince: string;
  restricted: boolean;
};
export type PaylaneMethod = {
  brand: string;
  lastFour: string;
  expires: string;
  fingerprint: string;
  addedAt: string;
};
export type PaylaneCharge = {
  charge: string;
  invoice: string;
  amountCents: number;
  currency: string;
  chargedAt: string;
  status: 'succeeded' | 'refunded' | 'pending';
  riskScore: number;
};
type Customer = { customer: PaylaneCustomer; charges: PaylaneCharge[] };

/** The stores of the payment processor, below its own folder. */
export function paylaneStores(dir: string, options?: { durable?: boolean }) {
  return {
    /** By account: who it is, and what they paid. */
    customers: recordStore<Customer>(dir, 'customers', options),
    /** By the processor's own number. */
    methods: recordStore<PaylaneMethod>(dir, 'methods', options),
    /** By charge: what the law keeps, of nobody. */
    ledger: recordStore<Omit<PaylaneCharge, 'invoice'>>(dir, 'ledger', options),
    /** By account: what an erasure did, until it is verified. */
    erasures: recordStore<TaskResult<'erase'>>(dir, 'erasures', options),
  };
}

/** The payment processor as a holder. */
export function paylanePort(dir: string, clock: () => Date = () => new Date()): SubjectPort {
  const { customers, methods, ledger, erasures } = paylaneStores(dir);

  async function records({ account, references }: PersonAtHolder): Promise<TaskResult<'export'>> {
    const known = await customers.get(account);
    const cards = await Promise.all(
      references.map(async (reference) => ({ reference, card: await methods.get(reference) })),
    );
    const data: TaskResult<'export'>['data'] = {
      customer: known ? [known.customer] : [],
      paymentMethods: cards.flatMap(({ reference, card }) =>
        card ? [{ reference, ...card }] : [],
      ),
      charges: known?.charges ?? [],
    };
    return { takenAt: clock().toISOString(), data };
  }

  return {
    describe: async () => ({
      lists: {
        customer: 'Who pays, as the processor knows them.',
        paymentMethods: 'Cards by the processor’s own numbers.',
        charges: 'What was charged for which invoice, with the risk score of each charge.',
      },
      correctable: ['email', 'displayName', 'country'],
    }),
    read: records,
    export: records,
    async correct({ account }, { field, value }) {
      const known = await customers.get(account);
      if (!known) return { records: 0 };
      if (value === null) throw new PortRefusal('not_supported');
      const place = ({ email: 'email', displayName: 'name', country: 'country' } as const)[field];
      if (known.customer[place] === value) return { records: 0 };
      await customers.put(account, { ...known, customer: { ...known.customer, [place]: value } });
      return { records: 1 };
    },
    async restrict({ account }, { restricted }) {
      const known = await customers.get(account);
      if (!known) return { records: 0 };
      await customers.put(account, { ...known, customer: { ...known.customer, restricted } });
      return { records: 1 };
    },
    async erase({ account, references }) {
      const begun = await erasures.get(account);
      const known = await customers.get(account);
      const cards = await Promise.all(references.map((reference) => methods.get(reference)));
      const here = (known ? 1 : 0) + cards.filter((card) => card !== null).length;
      const result: TaskResult<'erase'> = begun ?? { records: here, kept: keptOf(known) };
      // Written first: an erasure that is interrupted still says what it did.
      await erasures.put(account, result);
      for (const { invoice: _, ...charge } of known?.charges ?? [])
        await ledger.put(charge.charge, charge);
      for (const reference of references) await methods.remove(reference);
      await customers.remove(account);
      return result;
    },
    async verifyErased({ account, references }) {
      const left = [
        await customers.get(account),
        ...(await Promise.all(references.map((reference) => methods.get(reference)))),
      ].filter((record) => record !== null).length;
      if (left === 0) await erasures.remove(account);
      return { remaining: left };
    },
  };
}

function keptOf(known: Customer | null): TaskResult<'erase'>['kept'] {
  const last = known?.charges
    .map(({ chargedAt }) => chargedAt)
    .sort()
    .at(-1);
  if (!known || !last) return null;
  const until = new Date(last);
  until.setUTCFullYear(until.getUTCFullYear() + KEEP_YEARS);
  return {
    records: known.charges.length,
    ground: 'payment_records',
    until: until.toISOString(),
  };
}
