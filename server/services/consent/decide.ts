import type { ConsentState } from '../../consent/state.ts';
import { serviceTopics } from '../contract/consent.ts';
import type { InputOf, OutputOf } from '../contract/index.ts';
import type { Customer } from '../people.ts';

export type Question = InputOf<'consent.mayContact'>;
type Decision = OutputOf<'consent.mayContact'>;
export type Answer = Pick<Decision, 'allowed' | 'reason' | 'lawfulBasis' | 'receiptId'>;

type ServiceTopic = (typeof serviceTopics)[number];

/** GDPR Art. 6(1), by letter: what makes each service message lawful without a yes. */
const serviceBasis: Record<ServiceTopic, 'b' | 'c'> = {
  security: 'b',
  billing: 'b',
  legal: 'c',
  requests: 'c',
};

const no = (reason: Answer['reason'], receiptId: string | null = null): Answer => ({
  allowed: false,
  reason,
  lawfulBasis: null,
  receiptId,
});

/**
 * Whether a person may be written to. An account that is being erased gets nothing any more, one that
 * waits for it only what serves it; news needs a yes that still stands.
 */
export function decide(
  question: Question,
  person: Customer | undefined,
  said: Pick<ConsentState, 'id' | 'granted'> | undefined,
): Answer {
  if (!person) return no('unknown_account');
  if (person.status === 'erasing') return no('being_erased');
  const { topic } = question;
  if (isServiceTopic(topic)) {
    const lawfulBasis = serviceBasis[topic];
    return { allowed: true, reason: 'service_message', lawfulBasis, receiptId: null };
  }
  if (person.status === 'pending_deletion') return no('account_closing', said?.id ?? null);
  if (!said) return no('never_asked');
  if (!said.granted) return no('withdrawn', said.id);
  return { allowed: true, reason: 'consented', lawfulBasis: 'a', receiptId: said.id };
}

export function isServiceTopic(topic: Question['topic']): topic is ServiceTopic {
  return (serviceTopics as readonly string[]).includes(topic);
}
