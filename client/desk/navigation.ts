import type { LinkProps } from '@tanstack/react-router';
import type { MessageDescriptor } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';

export type StaffRole = Outputs['desk']['me']['role'];

type DeskEntry = {
  to: NonNullable<LinkProps['to']>;
  label: MessageDescriptor;
  /** What the page is for, on the way to it. */
  about: MessageDescriptor;
  /** Who finds it; the server asks again on every call. */
  roles: readonly StaffRole[];
};

const text = defineMessages({
  lookUp: { id: 'desk.nav.lookUp', defaultMessage: 'Look up' },
  lookUpAbout: {
    id: 'desk.nav.lookUpAbout',
    defaultMessage:
      'Find one customer by what they gave you, and view their account if it is needed.',
  },
});

/** Every page of the console that is more than the way in. */
export const deskEntries: readonly DeskEntry[] = [
  { to: '/look-up', label: text.lookUp, about: text.lookUpAbout, roles: ['support'] },
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
