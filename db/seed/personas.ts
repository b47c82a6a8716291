import type { Scope } from '../../server/services/contract/index.ts';
import type { Purpose } from '../data-map/vocabulary.ts';
import type { AccountRole } from '../schema/account.ts';

export const personaKeys = [
  'customer',
  'customer-california',
  'customer-heavy',
  'customer-new',
  'support',
  'support-second',
  'officer',
  'administrator',
] as const;
export type PersonaKey = (typeof personaKeys)[number];

/** Somebody of the demo company whom one can sign in as. Nothing here is secret. */
export type Persona = {
  email: string;
  displayName: string;
  role: AccountRole;
  country: string;
  city: string;
  postalCode: string;
  addressLine: string;
  region: string | null;
  phone: string | null;
  company: string | null;
  secondFactor: boolean;
  emailVerified: boolean;
  /** GPU sessions of the two years. */
  sessions: number;
  /** How staff are named to the people whose data they look at. */
  staffLabel: string | null;
};

const customerDefaults = {
  role: 'customer',
  secondFactor: true,
  emailVerified: true,
  staffLabel: null,
  region: null,
} as const;
const staffDefaults = {
  country: 'DE',
  city: 'Frankfurt am Main',
  postalCode: '60311',
  addressLine: 'Mainkai 40',
  region: null,
  phone: null,
  company: 'EaseLLM',
  secondFactor: true,
  emailVerified: true,
  sessions: 0,
} as const;

/** The people of the demo. E-mail domains are reserved ones (RFC 2606), phone numbers too. */
export const personas: Record<PersonaKey, Persona> = {
  customer: {
    ...customerDefaults,
    email: 'annelie.schoenhofer@example.com',
    displayName: 'Annelie Schönhofer',
    country: 'DE',
    city: 'München',
    postalCode: 'D-81667',
    addressLine: 'Wörthstraße 27, Rückgebäude',
    phone: '+49 89 99998 417',
    company: 'Schönhofer Sprachtechnik',
    sessions: 860,
  },
  'customer-california': {
    ...customerDefaults,
    email: 'marisol.delgado@example.org',
    displayName: 'Marisol Delgado',
    country: 'US',
    region: 'CA',
    city: 'Sacramento',
    postalCode: '95814',
    addressLine: '1180 Sycamore Alley',
    phone: '+1 916 555 0142',
    company: null,
    sessions: 320,
  },
  'customer-heavy': {
    ...customerDefaults,
    email: 'platform@example.net',
    displayName: 'Henrik Wijnands',
    country: 'NL',
    city: 'Delft',
    postalCode: '2611 GH',
    addressLine: 'Oude Gracht 88',
    phone: null,
    company: 'Delta Render Works',
    sessions: 100_000,
  },
  'customer-new': {
    ...customerDefaults,
    email: 'tomasz.wrona@example.com',
    displayName: 'Tomasz Wrona',
    country: 'PL',
    city: 'Wrocław',
    postalCode: '50-101',
    addressLine: 'ul. Ptasia 12',
    phone: null,
    company: null,
    secondFactor: false,
    emailVerified: false,
    sessions: 0,
  },
  support: {
    ...staffDefaults,
    email: 'support.one@easellm.example',
    displayName: 'Imke Harders',
    role: 'support',
    staffLabel: 'Support agent S-17',
  },
  'support-second': {
    ...staffDefaults,
    email: 'support.two@easellm.example',
    displayName: 'Rafael Quintela',
    role: 'support',
    staffLabel: 'Support agent S-23',
  },
  officer: {
    ...staffDefaults,
    email: 'privacy.officer@easellm.example',
    displayName: 'Dr. Solveig Marten',
    role: 'officer',
    staffLabel: 'Privacy officer P-02',
  },
  administrator: {
    ...staffDefaults,
    email: 'administrator@easellm.example',
    displayName: 'Joost Verhagen',
    role: 'administrator',
    staffLabel: 'Administrator A-01',
  },
};

/** What a service may call: the purposes it may state, and about how many people a day. */
type SeedScope = { purposes: [Purpose, ...Purpose[]]; maxSubjectsPerDay: number };
type SeedService = {
  name: string;
  about: string;
  scopes: Partial<Record<Scope, SeedScope>>;
};

const events: SeedScope = { purposes: ['privacy_rights'], maxSubjectsPerDay: 50_000 };
/** Every holder asks for its tasks and answers them, and nothing else. */
const holderScopes = {
  'tasks.claim': { purposes: ['privacy_rights'], maxSubjectsPerDay: 50_000 },
  'tasks.answer': { purposes: ['privacy_rights'], maxSubjectsPerDay: 50_000 },
} satisfies SeedService['scopes'];

export const seedServices = {
  billing: {
    name: 'Billing',
    about: 'Prices what was used, writes invoices, takes payments.',
    scopes: {
      'account.provision': { purposes: ['operate_account'], maxSubjectsPerDay: 500 },
      'account.lookup': { purposes: ['billing', 'tax_records'], maxSubjectsPerDay: 2_000 },
      'billing.report': { purposes: ['billing'], maxSubjectsPerDay: 10_000 },
      'decisions.report': { purposes: ['fraud_detection'], maxSubjectsPerDay: 10_000 },
      'events.since': events,
    },
  },
  scheduler: {
    name: 'GPU scheduler',
    about: 'Places sessions on machines and reports what they used.',
    scopes: {
      'usage.report': { purposes: ['provide_compute'], maxSubjectsPerDay: 10_000 },
      'devices.report': { purposes: ['platform_security'], maxSubjectsPerDay: 10_000 },
      'decisions.report': { purposes: ['provide_compute'], maxSubjectsPerDay: 10_000 },
      'events.since': events,
    },
  },
  mailer: {
    name: 'Mailer',
    about: 'Sends news and service mail to those who may be written to.',
    scopes: {
      'consent.mayContact': {
        purposes: ['marketing', 'service_notices'],
        maxSubjectsPerDay: 50_000,
      },
      'consent.mayContactMany': {
        purposes: ['marketing', 'service_notices'],
        maxSubjectsPerDay: 50_000,
      },
      'account.lookup': { purposes: ['service_notices'], maxSubjectsPerDay: 5_000 },
      'events.since': events,
    },
  },
  paylane: {
    name: 'Paylane',
    about: 'The payment processor, asking what it has to do.',
    scopes: holderScopes,
  },
  tallymetric: {
    name: 'Tallymetric',
    about: 'The product-analytics provider, asking what it has to do.',
    scopes: holderScopes,
  },
} as const satisfies Record<string, SeedService>;
export type SeedServiceId = keyof typeof seedServices;

/** Holders of the demo that are connected, each by a service of its own. */
export const seedHolders = ['paylane', 'tallymetric'] as const satisfies readonly SeedServiceId[];
export type SeedHolderId = (typeof seedHolders)[number];

/** How to act as anybody of the demo; written to `demo.json`, mode 0600, and nowhere else. */
export type DemoFile = {
  generatedAt: string;
  personas: Record<
    PersonaKey,
    {
      email: string;
      password: string;
      /** Base32, for any authenticator app; null without a second factor. */
      totpSecret: string | null;
      recoveryCodes: string[];
      role: AccountRole;
      displayName: string;
    }
  >;
  services: Record<SeedServiceId, { id: string; kid: string; privateKeyPem: string }>;
  /** Account ids of the demo's customers, in their order, for services that report about them. */
  customers: string[];
};
