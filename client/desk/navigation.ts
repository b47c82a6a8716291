import type { LinkProps } from '@tanstack/react-router';
import type { MessageDescriptor } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';

export type StaffRole = Outputs['desk']['me']['role'];

type DeskEntry = {
  to: NonNullable<LinkProps['to']>;
  label: MessageDescriptor;
  /** What the page is for, on the way to it; where roles do different things there, to each its own. */
  about: MessageDescriptor;
  aboutFor?: Partial<Record<StaffRole, MessageDescriptor>>;
  /** Who finds it; the server asks again on every call. */
  roles: readonly StaffRole[];
};

const text = defineMessages({
  cases: { id: 'desk.nav.cases', defaultMessage: 'Cases' },
  casesAbout: {
    id: 'desk.nav.casesAbout',
    defaultMessage: 'Questions, corrections, reviews and disputes of customers, those due first.',
  },
  lookUp: { id: 'desk.nav.lookUp', defaultMessage: 'Look up' },
  lookUpAbout: {
    id: 'desk.nav.lookUpAbout',
    defaultMessage:
      'Find one customer by what they gave you, and view their account if it is needed.',
  },
  queue: { id: 'desk.nav.queue', defaultMessage: 'Requests' },
  queueAbout: {
    id: 'desk.nav.queueAbout',
    defaultMessage: 'What customers asked under data protection law, the first to be due first.',
  },
  holds: { id: 'desk.nav.holds', defaultMessage: 'Holds' },
  holdsAbout: {
    id: 'desk.nav.holdsAbout',
    defaultMessage: 'What may not be deleted yet: propose, approve, release.',
  },
  holdsAnswer: {
    id: 'desk.nav.holdsAnswer',
    defaultMessage: 'What may not be deleted yet: approve what an officer proposes, or releases.',
  },
  register: { id: 'desk.nav.register', defaultMessage: 'Register' },
  registerAbout: {
    id: 'desk.nav.registerAbout',
    defaultMessage: 'The register of processing (GDPR Art. 30), from the data map; also as a file.',
  },
  services: { id: 'desk.nav.services', defaultMessage: 'Services' },
  servicesAbout: {
    id: 'desk.nav.servicesAbout',
    defaultMessage: 'Which systems of ours may call what, and the keys they sign with.',
  },
});

/** Every page of the console that is more than the way in. */
export const deskEntries: readonly DeskEntry[] = [
  { to: '/cases', label: text.cases, about: text.casesAbout, roles: ['support', 'officer'] },
  { to: '/look-up', label: text.lookUp, about: text.lookUpAbout, roles: ['support'] },
  { to: '/queue', label: text.queue, about: text.queueAbout, roles: ['officer'] },
  {
    to: '/holds',
    label: text.holds,
    about: text.holdsAbout,
    aboutFor: { administrator: text.holdsAnswer },
    roles: ['officer', 'administrator'],
  },
  {
    to: '/register',
    label: text.register,
    about: text.registerAbout,
    roles: ['officer', 'administrator'],
  },
  { to: '/services', label: text.services, about: text.servicesAbout, roles: ['administrator'] },
];

/** Whether a page of the console is there for this role; pages that are nobody's in particular are. */
export function isFor(role: StaffRole, pathname: string): boolean {
  const entry = deskEntries.find(({ to }) => pathname === to || pathname.startsWith(`${to}/`));
  return !entry || entry.roles.includes(role);
}

/** What somebody of this role finds at the console. */
export function entriesOf(role: StaffRole): readonly DeskEntry[] {
  return deskEntries.filter(({ roles }) => roles.includes(role));
}
