import type { MessageDescriptor } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { isSection, sectionNames } from '../lib/section-text.ts';
import type { Inputs, Outputs } from '../lib/trpc.ts';

export type Category = Inputs['support']['lookUp']['category'];
export type Chapter = Inputs['support']['startView']['scope'][number];
type Found = NonNullable<Outputs['support']['lookUp']['found']>;

/** What a look is about, chosen before anything is seen. */
export const categoryText = defineMessages<Category>({
  account: { id: 'support.category.account', defaultMessage: 'Their account' },
  billing: { id: 'support.category.billing', defaultMessage: 'Billing' },
  usage: { id: 'support.category.usage', defaultMessage: 'Use of GPUs' },
  access: { id: 'support.category.access', defaultMessage: 'Signing in' },
  other: { id: 'support.category.other', defaultMessage: 'Something else' },
});

/** Chapters that a view can open. */
export const chapters = sectionNames.filter(isChapter);

export function isCategory(value: string): value is Category {
  return Object.hasOwn(categoryText, value);
}

export function isChapter(value: string): value is Chapter {
  // Ways to sign in are in no view.
  return isSection(value) && value !== 'security';
}

export const ticketStateText: Readonly<
  Record<Found['tickets'][number]['state'], MessageDescriptor>
> = defineMessages({
  open: { id: 'support.ticket.open', defaultMessage: 'Open' },
  waiting: { id: 'support.ticket.waiting', defaultMessage: 'Waiting' },
  closed: { id: 'support.ticket.closed', defaultMessage: 'Closed' },
});

export const accountStateText: Readonly<Record<Found['status'], MessageDescriptor>> =
  defineMessages({
    active: { id: 'support.account.active', defaultMessage: 'Active' },
    pending_deletion: {
      id: 'support.account.pending_deletion',
      defaultMessage: 'Waiting to be deleted',
    },
    erasing: { id: 'support.account.erasing', defaultMessage: 'Being deleted' },
  });

/** How a view ended, to the customer whose account it was. */
export const ownEndText = defineMessages({
  support: { id: 'support.end.own.support', defaultMessage: 'Stopped by the agent' },
  customer: { id: 'support.end.own.customer', defaultMessage: 'You ended it' },
  time: { id: 'support.end.own.time', defaultMessage: 'Its time was over' },
  support_access_off: {
    id: 'support.end.own.support_access_off',
    defaultMessage: 'You switched off views by support',
  },
  account_deleted: {
    id: 'support.end.own.account_deleted',
    defaultMessage: 'You asked for your account to be deleted',
  },
  staff_session_ended: {
    id: 'support.end.own.staff_session_ended',
    defaultMessage: 'The agent signed out or was signed out',
  },
});
export type ViewEnd = keyof typeof ownEndText;

/** The same to the agent whose view it was. */
export const agentEndText = defineMessages<ViewEnd>({
  support: { id: 'support.end.agent.support', defaultMessage: 'You stopped it' },
  customer: { id: 'support.end.agent.customer', defaultMessage: 'The customer ended it' },
  time: { id: 'support.end.agent.time', defaultMessage: 'Its time was over' },
  support_access_off: {
    id: 'support.end.agent.support_access_off',
    defaultMessage: 'The customer switched off views by support',
  },
  account_deleted: {
    id: 'support.end.agent.account_deleted',
    defaultMessage: 'The customer asked for the account to be deleted',
  },
  staff_session_ended: {
    id: 'support.end.agent.staff_session_ended',
    defaultMessage: 'Your session at the console ended, and the view with it',
  },
});
