import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';
import type { Tone } from '../ui/tag.tsx';

export type RequestView = Outputs['requests']['get'];
export type ErasurePreview = Outputs['requests']['previewErasure'];
export type RequestSummary = Outputs['requests']['list'][number];

export const kindText = defineMessages<RequestSummary['kind']>({
  portability: { id: 'request.portability', defaultMessage: 'Copy of your data' },
  erasure: { id: 'request.erasure', defaultMessage: 'Deletion of your account' },
  rectification: { id: 'request.rectification', defaultMessage: 'Correction' },
});

type ShownState = RequestSummary['state'] | 'declined' | 'lapsed';

/** How a request is said to stand: of one that support asked for, also what came of asking. */
export function shownState({
  state,
  answer,
}: {
  state: RequestSummary['state'];
  answer: NonNullable<RequestSummary['askedFor']>['answer'];
}): ShownState {
  return answer === 'declined' || answer === 'lapsed' ? answer : state;
}

export const stateText = defineMessages<ShownState>({
  unconfirmed: { id: 'request.unconfirmed', defaultMessage: 'Needs you' },
  declined: { id: 'request.declined', defaultMessage: 'Declined' },
  lapsed: { id: 'request.lapsed', defaultMessage: 'Lapsed' },
  waiting: { id: 'request.waiting', defaultMessage: 'Waiting' },
  running: { id: 'request.running', defaultMessage: 'In progress' },
  completed: { id: 'request.completed', defaultMessage: 'Completed' },
  cancelled: { id: 'request.cancelled', defaultMessage: 'Cancelled' },
  failed: { id: 'request.failed', defaultMessage: 'Failed' },
});

/** The same as staff say it. */
export const deskStateText = {
  ...stateText,
  ...defineMessages({
    unconfirmed: { id: 'request.desk.unconfirmed', defaultMessage: 'Waits for the customer' },
  }),
};

export const stateTone: Record<ShownState, Tone> = {
  unconfirmed: 'warn',
  declined: 'neutral',
  lapsed: 'neutral',
  waiting: 'warn',
  running: 'warn',
  completed: 'good',
  cancelled: 'neutral',
  failed: 'bad',
};
