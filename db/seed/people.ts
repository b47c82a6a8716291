import type { DataKey, Vault } from '../../server/crypto/vault.ts';
import type { AccountRole } from '../schema/account.ts';
import { type SeedCountry, seedCountries, seedCountry } from './countries.ts';
import { type PersonaKey, personaKeys, personas } from './personas.ts';
import { createRandom, daysAfter, monthStart, type Random } from './random.ts';

/** Somebody of the demo company, before there are rows. */
export type Person = {
  persona: PersonaKey | null;
  role: AccountRole;
  subjectId: string;
  key: DataKey;
  keyRow: ReturnType<Vault['newSubjectKey']>['row'];
  country: SeedCountry;
  displayName: string;
  email: string;
  emailVerified: boolean;
  phone: string | null;
  company: string | null;
  addressLine: string;
  postalCode: string;
  city: string;
  region: string | null;
  taxId: string | null;
  createdAt: Date;
  sessions: number;
  staffLabel: string | null;
};

/** When and for whom a demo world is made. */
export type World = {
  now: Date;
  /** First day of EaseLLM: the first whole month in which nothing is past its delete-on date. */
  launch: Date;
  vault: Vault;
  people: readonly Person[];
  /** A stream of its own for each use, so that a change to one leaves the others as they were. */
  random(use: string): Random;
};

/** Months of data: every period of 24 months or more holds from the first day on. */
const MONTHS = 23;
const COMPANY_WORDS = [
  'Analytics',
  'Robotics',
  'Imaging',
  'Speech',
  'Studios',
  'Research',
  'Labs',
  'Genomics',
];
const MAIL_DOMAINS = ['example.com', 'example.net', 'example.org'];

/** 200 customers in twelve countries, among them the personas, and the staff. */
export function createWorld({
  vault,
  now,
  seed,
  mostSessions = Number.POSITIVE_INFINITY,
}: {
  vault: Vault;
  now: Date;
  seed: string;
  mostSessions?: number;
}): World {
  const launch = monthStart(now, -MONTHS);
  const random = (use: string) => createRandom(`${seed}/${use}`);
  const known = personaKeys.map((key) =>
    personaPerson({ key, vault, now, launch, random: random(`persona/${key}`) }),
  );
  const taken = (code: string) =>
    known.filter((one) => one.role === 'customer' && one.country.code === code).length;
  const others = seedCountries.flatMap((country) =>
    Array.from({ length: country.share - taken(country.code) }, (_, index) =>
      otherPerson({
        country,
        index,
        vault,
        now,
        launch,
        random: random(`person/${country.code}/${index}`),
      }),
    ),
  );
  const people = [...known, ...others].map((person) => ({
    ...person,
    sessions: Math.min(person.sessions, mostSessions),
  }));
  return { now, launch, vault, random, people };
}

/** @throws {RangeError} when there is no such persona in the world */
export function personOf(world: World, key: PersonaKey): Person {
  const found = world.people.find((person) => person.persona === key);
  if (!found) throw new RangeError(`no persona ${key}`);
  return found;
}

/** Customers, without staff. */
export function customersOf(world: World): Person[] {
  return world.people.filter((person) => person.role === 'customer');
}

type Making = { vault: Vault; now: Date; launch: Date; random: Random };

function personaPerson({ key, vault, now, launch, random }: Making & { key: PersonaKey }): Person {
  const persona = personas[key];
  const createdAt =
    key === 'customer-new'
      ? daysAfter(now, -0.8)
      : daysAfter(launch, key === 'customer' ? 0.4 : 0.1);
  const country = seedCountry(persona.country);
  return {
    ...persona,
    ...identity({ vault, createdAt, random }),
    persona: key,
    country,
    taxId:
      persona.company && persona.role === 'customer'
        ? `${country.taxPrefix}${random.digits(9)}`
        : null,
  };
}

function otherPerson({
  country,
  index,
  vault,
  now,
  launch,
  random,
}: Making & { country: SeedCountry; index: number }): Person {
  const displayName = `${random.pick(country.given)} ${random.pick(country.family)}`;
  const [city, postalCode, region] = random.pick(country.cities);
  const company = random.chance(0.35)
    ? `${displayName.split(' ').at(-1)} ${random.pick(COMPANY_WORDS)}`
    : null;
  const createdAt = random.moment(launch, daysAfter(now, -30));
  return {
    ...identity({ vault, createdAt, random }),
    persona: null,
    role: 'customer',
    country,
    displayName,
    email: `${asciiName(displayName)}.${country.code.toLowerCase()}${index + 1}@${random.pick(MAIL_DOMAINS)}`,
    emailVerified: true,
    phone: null,
    company,
    addressLine: random.pick(country.streets).replace('{}', String(random.int(1, 140))),
    postalCode,
    city,
    region: region ?? null,
    taxId: company ? `${country.taxPrefix}${random.digits(9)}` : null,
    sessions: Math.min(1_600, Math.max(30, Math.round(random.skewed(280, 0.7)))),
    staffLabel: null,
  };
}

function identity({ vault, createdAt, random }: { vault: Vault; createdAt: Date; random: Random }) {
  const subjectId = random.id(createdAt);
  const { key, row } = vault.newSubjectKey(subjectId, createdAt);
  return { subjectId, key, keyRow: row, createdAt };
}

function asciiName(name: string): string {
  return name
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/ł/g, 'l')
    .replace(/ı/g, 'i')
    .normalize('NFD')
    .replace(/[^a-z ]/g, '')
    .replace(/ +/g, '.');
}
