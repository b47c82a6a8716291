import type { HolderInCopy } from './holder-in-copy.ts';

const reasons: Record<string, string> = {
  not_supported: 'it cannot do this for us',
  legal_duty: 'it says that a law forbids it',
  unknown_field: 'it does not hold this',
};

/** Where a holder stands in a copy, as a sentence. Moments are UTC. */
export function holderSentence(holder: HolderInCopy): string {
  const { name, standing, taskId, earlier, answeredAt, dueAt, reason, setback } = holder;
  const not = setback ? 'gave no answer that we can use' : 'did not answer';
  if (earlier && dueAt)
    return `${name} ${not} by ${momentText(dueAt)}. In its place stands what it gave for an earlier copy.`;
  if (taskId && answeredAt) return `${name} answered at ${momentText(answeredAt)}.`;
  switch (standing) {
    case 'not_connected':
      return `${name} is not connected to this portal and was not asked. Write to privacy@easellm.com for what it holds.`;
    case 'refused':
      return `${name} did not give what it holds: ${reasons[reason ?? ''] ?? 'it gave no reason'}. Write to privacy@easellm.com.`;
    default:
      return `${name} ${not} by ${dueAt ? momentText(dueAt) : 'then'}; what it holds is missing here. We keep asking until this copy expires, and the page of the request tells when it came.`;
  }
}

/** `2026-01-31 09:30:00 UTC` */
function momentText(moment: Date): string {
  return `${moment.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
