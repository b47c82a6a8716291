import type { account, accountChange } from '../schema/account.ts';
import type { membership, organisation } from '../schema/organisation.ts';
import { customerStory } from './customer-story.ts';
import { customersOf, type Person, type World } from './people.ts';
import { daysAfter } from './random.ts';

type ChangeRow = typeof accountChange.$inferInsert;
type OrganisationRows = {
  organisations: (typeof organisation.$inferInsert)[];
  memberships: (typeof membership.$inferInsert)[];
};

const ORGANISATIONS = [
  'Isarlicht Research Collective',
  'Polder Vision',
  'Atelier Rendu',
  'Nordlys Genomics',
  'Fjord & Filter',
  'Tramontana Robotics',
  'Vistula Speech Lab',
  'Liffey Imaging',
  'Pennine Climate Models',
  'Cascadia Games',
  'Laurentian Acoustics',
  'Donau Materials',
];

export function accountRow({ vault }: World, person: Person): typeof account.$inferInsert {
  const seal = (column: string, text: string) => vault.seal(person.key, `account.${column}`, text);
  return {
    subjectId: person.subjectId,
    role: person.role,
    status: 'active',
    email: seal('email', person.email),
    emailIndex: vault.emailIndex(person.email),
    emailVerifiedAt: person.emailVerified ? daysAfter(person.createdAt, 0.01) : null,
    displayName: seal('display_name', person.displayName),
    phone: person.phone ? seal('phone', person.phone) : null,
    company: person.company ? seal('company', person.company) : null,
    country: person.country.code,
    region: person.region,
    language: person.country.language,
    timeZone: person.country.timeZone,
    theme: 'auto',
    createdAt: person.createdAt,
    sessionEpoch: 0,
    supportAccess: true,
  };
}

/** What was corrected; the values are sealed like those they replaced. */
export function changeRows(world: World, person: Person): ChangeRow[] {
  const random = world.random(`changes/${person.subjectId}`);
  const change = (
    column: 'phone' | 'company' | 'displayName' | 'timeZone',
    from: string | null,
    to: string,
    at: Date,
  ): ChangeRow => ({
    id: random.id(at),
    subjectId: person.subjectId,
    field: column,
    oldValue: from ? world.vault.seal(person.key, 'account_change.old_value', from) : null,
    newValue: world.vault.seal(person.key, 'account_change.new_value', to),
    changedBy: column === 'displayName' ? 'support' : 'you',
    changedAt: at,
  });
  if (person.persona === 'customer') {
    return [
      change(
        'displayName',
        customerStory.misspeltName,
        person.displayName,
        daysAfter(world.launch, 12),
      ),
      change(
        'company',
        customerStory.earlierCompany,
        person.company ?? '',
        daysAfter(world.now, -521),
      ),
      change('phone', customerStory.earlierPhone, person.phone ?? '', daysAfter(world.now, -240)),
    ];
  }
  if (person.sessions === 0 || !random.chance(0.3)) return [];
  const at = random.moment(person.createdAt, world.now);
  return [
    person.company
      ? change('company', null, person.company, at)
      : change('timeZone', 'Etc/UTC', person.country.timeZone, at),
  ];
}

/** Twelve organisations; the customer in Munich owns the first one, which has other members. */
export function organisationRows(world: World): OrganisationRows {
  const random = world.random('organisations');
  const customers = customersOf(world).filter((person) => person.sessions > 0);
  const rows: OrganisationRows = { organisations: [], memberships: [] };
  for (const [index, name] of ORGANISATIONS.entries()) {
    const size = random.int(3, 7);
    const picked = Array.from({ length: size }, () => random.pick(customers));
    const first = customers[0];
    const members = [...new Set(index === 0 && first ? [first, ...picked] : picked)];
    const [owner] = members;
    if (!owner) continue;
    const createdAt = daysAfter(owner.createdAt, 1);
    const id = random.id(createdAt);
    rows.organisations.push({ id, name, country: owner.country.code, createdAt });
    rows.memberships.push(
      ...members.map((person) => ({
        organisationId: id,
        subjectId: person.subjectId,
        role: person === owner ? ('owner' as const) : ('member' as const),
        joinedAt: person.createdAt > createdAt ? daysAfter(person.createdAt, 2) : createdAt,
      })),
    );
  }
  return rows;
}
