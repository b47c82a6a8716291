import type { IntlShape } from 'react-intl';
import { formatDateTime } from '../../lib/format.ts';
import { defineMessages } from '../../lib/messages.ts';
import type { Outputs } from '../../lib/trpc.ts';

export type Recovery = NonNullable<Outputs['cases']['get']['recovery']>;

const stateText = defineMessages<Exclude<Recovery['state'], 'ended'>>({
  waiting: { id: 'recovery.state.waiting', defaultMessage: 'Waits: nobody agrees before {from}' },
  decidable: {
    id: 'recovery.state.decidable',
    defaultMessage: 'The waiting time is over; two people decide',
  },
  proposed: { id: 'recovery.state.proposed', defaultMessage: 'One person agreed; a second has to' },
  approved: {
    id: 'recovery.state.approved',
    defaultMessage: 'Two people agreed; the mailed link was not used yet',
  },
});

const endText = defineMessages<NonNullable<Recovery['endedHow']>>({
  enrolled: { id: 'recovery.end.enrolled', defaultMessage: 'A new authenticator was added' },
  refused: { id: 'recovery.end.refused', defaultMessage: 'Refused; nothing was changed' },
  lapsed: {
    id: 'recovery.end.lapsed',
    defaultMessage: 'The mailed link was not used in time; nothing was changed',
  },
  undecided: {
    id: 'recovery.end.undecided',
    defaultMessage: 'Nobody decided it within fourteen days; nothing was changed',
  },
  stopped_by_link: {
    id: 'recovery.end.stopped_by_link',
    defaultMessage: 'Stopped by the link in our letter; nothing was changed',
  },
  stopped_signed_in: {
    id: 'recovery.end.stopped_signed_in',
    defaultMessage: 'Stopped by somebody signed in; nothing was changed',
  },
  stopped_by_factor: {
    id: 'recovery.end.stopped_by_factor',
    defaultMessage:
      'Stopped, because somebody used the authenticator or a recovery code; nothing was changed',
  },
  stopped_by_address: {
    id: 'recovery.end.stopped_by_address',
    defaultMessage: 'Stopped, because a change of the e-mail address was taken back',
  },
});

/** Where it stands, in one sentence. */
export function recoveryWords(intl: IntlShape, { state, endedHow, waitsUntil }: Recovery): string {
  if (endedHow) return intl.formatMessage(endText[endedHow]);
  return state === 'ended'
    ? ''
    : intl.formatMessage(stateText[state], { from: formatDateTime(waitsUntil) });
}
