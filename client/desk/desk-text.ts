import type { MessageDescriptor } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import type { StaffRole } from './navigation.ts';

export const deskText = defineMessages({
  product: { id: 'desk.product', defaultMessage: 'EaseLLM staff console' },
  mainNav: { id: 'desk.mainNav', defaultMessage: 'Console' },
  home: { id: 'desk.home', defaultMessage: 'Home' },
  open: { id: 'desk.open', defaultMessage: 'Open' },
  recorded: {
    id: 'desk.recorded',
    defaultMessage: 'Whatever you look at here is recorded, and shown to whom it concerns.',
  },
});

export const roleText: Readonly<Record<StaffRole, MessageDescriptor>> = defineMessages({
  support: { id: 'desk.role.support', defaultMessage: 'Support' },
  officer: { id: 'desk.role.officer', defaultMessage: 'Privacy officer' },
  administrator: { id: 'desk.role.administrator', defaultMessage: 'Administrator' },
});
