import { z } from 'zod';
import { id } from '../../trpc/input.ts';
import { procedureShape } from './entry.ts';

/** What is sent only to those who said yes. */
export const optionalTopics = ['product_news', 'events', 'surveys', 'research'] as const;
/** What is always sent: the account cannot be run, or the law not kept, without it. */
export const serviceTopics = ['security', 'legal', 'billing', 'requests'] as const;
export const contactChannels = ['email', 'in_app'] as const;

export const MAX_QUESTIONS = 500;

const question = z.strictObject({
  subjectId: id,
  topic: z.enum([...optionalTopics, ...serviceTopics]),
  channel: z.enum(contactChannels),
});

const decision = z.object({
  subjectId: id,
  allowed: z.boolean(),
  reason: z.enum([
    'service_message',
    'consented',
    'never_asked',
    'withdrawn',
    'account_closing',
    'being_erased',
    'unknown_account',
  ]),
  /** Names the decision in the portal's log; null for an account that is unknown or being erased. */
  decisionId: id.nullable(),
  /** The ground of GDPR Art. 6(1) on which the message may be sent; null where it may not. */
  lawfulBasis: z.enum(['a', 'b', 'c']).nullable(),
  /** The recorded choice it rests on. */
  receiptId: id.nullable(),
  /**
   * Header fields that the message must carry, covered by its DKIM signature (RFC 8058, 4); null where it may
   * not be sent, is no e-mail, or is one that cannot be stopped.
   */
  unsubscribe: z
    .strictObject({
      'List-Unsubscribe': z.string(),
      'List-Unsubscribe-Post': z.literal('List-Unsubscribe=One-Click'),
    })
    .nullable(),
  decidedAt: z.string(),
});

/** Whether one person may be written to about one topic, now. Ask before each message. */
export const mayContact = procedureShape({ repeatable: true, input: question, output: decision });

/** The same for up to 500 at once, answered in the order of the questions. */
export const mayContactMany = procedureShape({
  repeatable: true,
  input: z.strictObject({ questions: z.array(question).min(1).max(MAX_QUESTIONS) }),
  output: z.object({ decisions: z.array(decision) }),
});
