import type { Connection } from '../../../db/connect.ts';
import type { Deps } from '../../deps.ts';
import { type FilledPerson, fillPerson } from '../fill.ts';
import { insertCustomer, type Person } from '../people.ts';
import { insertTicket } from '../tickets.ts';
import type { Arena } from './arena.ts';
import { type Canaries, newCanary } from './canaries.ts';
import { namesOf } from './known.ts';

const STRANGERS = 3;
const CUSTOMERS = 4;

/** People who call nothing themselves: those whose rows are looked for, and those whom staff may name. */
export type Others = Pick<Arena, 'others' | 'customers'> & { strangers: readonly FilledPerson[] };

/** Strangers with a canary in every text of every table, and ordinary customers with a case. */
export async function insertOthers(
  deps: Deps,
  owner: Connection,
  canaries: Canaries,
): Promise<Others> {
  const strangers: FilledPerson[] = [];
  for (let made = 0; made < STRANGERS; made += 1) {
    const tag = newCanary();
    canaries.add('row', `rows of stranger ${made}`, tag);
    strangers.push(await fillPerson(owner.db, deps.vault, { tag, now: deps.clock() }));
  }
  const customers: Person[] = [];
  for (let made = 0; made < CUSTOMERS; made += 1) {
    const person = await insertCustomer(deps, { name: `Customer ${'abcd'[made]}` });
    await insertTicket(deps, person);
    customers.push(person);
  }
  const idsOf = (people: readonly { subjectId: string }[]) =>
    people.map(({ subjectId }) => subjectId);
  return {
    strangers,
    others: await namesOf(owner, idsOf(strangers)),
    customers: {
      ...(await namesOf(owner, idsOf(customers))),
      subjectId: idsOf(customers),
      email: customers.map(({ email }) => email),
    },
  };
}
