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

export const stateText = defineMessages<RequestSummary['state']>({
  waiting: { id: 'request.waiting', defaultMessage: 'Waiting' },
  running: { id: 'request.running', defaultMessage: 'In progress' },
  completed: { id: 'request.completed', defaultMessage: 'Completed' },
  cancelled: { id: 'request.cancelled', defaultMessage: 'Cancelled' },
  failed: { id: 'request.failed', defaultMessage: 'Failed' },
});

export const stateTone: Record<RequestSummary['state'], Tone> = {
  waiting: 'warn',
  running: 'warn',
  completed: 'good',
  cancelled: 'neutral',
  failed: 'bad',
};
