import { queueKinds, queueStates } from './oversight-text.ts';

/** What of the queue is shown, as its address says it: it is there again on the way back. */
export type QueueWish = {
  kind?: (typeof queueKinds)[number];
  state?: (typeof queueStates)[number];
  overdue?: boolean;
};

/** From an address, which anybody can have written; what it does not say well is not filtered. */
export function queueWish({ kind, state, overdue }: Record<string, unknown>): QueueWish {
  const knownKind = queueKinds.find((one) => one === kind && one !== 'all');
  const knownState = queueStates.find((one) => one === state && one !== 'open');
  return {
    ...(knownKind ? { kind: knownKind } : {}),
    ...(knownState ? { state: knownState } : {}),
    ...(overdue === true ? { overdue } : {}),
  };
}
