import type { LinkProps } from '@tanstack/react-router';
import type { MessageDescriptor } from 'react-intl';
import { uiText } from '../messages.ts';

type Entry = { to: NonNullable<LinkProps['to']>; label: MessageDescriptor };
export type Group = { id: string; label: MessageDescriptor | null; entries: readonly Entry[] };

/** The way around: no control of one's data is further than one press from any page. */
export const sections: readonly Group[] = [
  { id: 'start', label: null, entries: [{ to: '/', label: uiText.overview }] },
  {
    id: 'data',
    label: uiText.yourData,
    entries: [
      { to: '/data', label: uiText.hold },
      { to: '/copy', label: uiText.takeCopy },
      { to: '/delete', label: uiText.delete },
      { to: '/who-looked', label: uiText.whoLooked },
    ],
  },
  {
    id: 'choices',
    label: uiText.yourChoices,
    entries: [
      { to: '/communication', label: uiText.communication },
      { to: '/cookies', label: uiText.cookies },
    ],
  },
  {
    id: 'account',
    label: uiText.yourAccount,
    entries: [
      { to: '/account', label: uiText.personal },
      { to: '/security', label: uiText.security },
    ],
  },
  {
    id: 'records',
    label: uiText.records,
    entries: [
      { to: '/cases', label: uiText.cases },
      { to: '/requests', label: uiText.requests },
      { to: '/policy', label: uiText.policy },
    ],
  },
];
