/**
 * The moments that retention periods count from, as they end a sentence: "24 months after it ended".
 * By the key of the column; index.test.ts demands one for each that a retention names.
 */
export const moments: Readonly<Record<string, string>> = {
  absoluteExpiresAt: 'its latest end',
  changedAt: 'the change',
  chosenAt: 'you chose',
  closedAt: 'it was closed',
  createdAt: 'it was written',
  day: 'the day it is about',
  decidedAt: 'the decision',
  disabledAt: 'it was disabled',
  disclosedAt: 'it was passed on',
  endedAt: 'it ended',
  endsAt: 'it ends',
  erasedAt: 'the deletion',
  expiresAt: 'it stopped working',
  finishedAt: 'it was finished',
  issuedAt: 'it was issued',
  keptUntil: 'its hold ends',
  lastSeenAt: 'it was last seen',
  occurredAt: 'it happened',
  overAt: 'it was over',
  readyAt: 'it was ready',
  receivedAt: 'it was received',
  removedAt: 'it was removed',
  requestedAt: 'you asked',
  revokedAt: 'it was revoked',
  sentAt: 'it was sent',
  usedAt: 'the call',
  windowStartedAt: 'the first wrong code',
};
