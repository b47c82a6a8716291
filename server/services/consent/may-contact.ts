import type { Tx } from '../../../db/connect.ts';
import { contactDecision } from '../../../db/schema/contact.ts';
import { recordAudits } from '../../audit/record.ts';
import { type ConsentState, consentStatesOf } from '../../consent/state.ts';
import { type MessageTopic, unsubscribeHeaders } from '../../consent/unsubscribe.ts';
import { newId } from '../../crypto/token.ts';
import type { OutputOf } from '../contract/index.ts';
import { recordDisclosures } from '../disclose.ts';
import { customersAmong, staying } from '../people.ts';
import { takeSubjects } from '../scopes.ts';
import type { ServiceCall } from '../trpc.ts';
import { type Answer, decide, isServiceTopic, type Question } from './decide.ts';

type Decision = OutputOf<'consent.mayContact'>;
/** `id`: of the log's row; null for who is not known or is being erased. */
type Decided = Answer & { question: Question; id: string | null };

/**
 * Decides for each question whether that person may be written to, as things stand at this moment: the
 * choices are read where they are kept, and nothing is remembered between calls. Each decision is logged
 * with its id; where it tells a choice of the person, that is a disclosure.
 */
export async function mayContact(
  { deps, scope, actor, now, requestId }: ServiceCall,
  questions: readonly Question[],
): Promise<Decision[]> {
  const { db } = deps.connection;
  const asked = [...new Set(questions.map(({ subjectId }) => subjectId))];
  const subjectIds = staying(await customersAmong(db, asked));
  await takeSubjects(db, scope, {
    subjectIds,
    strangers: asked.length - subjectIds.length,
    now,
  });
  return db.transaction(async (tx) => {
    const people = await customersAmong(tx, asked, { lock: true });
    const states = byQuestion(await consentStatesOf(tx, [...people.keys()]));
    const decided = questions.map((question): Decided => {
      const person = people.get(question.subjectId);
      const id = person && person.status !== 'erasing' ? newId(now) : null;
      return { question, id, ...decide(question, person, states.get(keyOf(question))) };
    });
    await logDecisions(tx, decided, { serviceId: scope.serviceId, purpose: scope.purpose, now });
    const common = { purpose: scope.purpose, now };
    await recordDisclosures(
      tx,
      decided.flatMap(({ question, id }) =>
        id === null || isServiceTopic(question.topic)
          ? []
          : [
              {
                subjectId: question.subjectId,
                recipient: scope.serviceId,
                table: 'consentEvent' as const,
                columns: ['topic', 'channel', 'granted'],
                ...common,
              },
            ],
      ),
    );
    await recordAudits(
      tx,
      deps.vault,
      decided.flatMap(({ question, id, allowed, reason }) =>
        id === null
          ? []
          : [
              {
                ...common,
                action: 'service.asked_contact' as const,
                actor,
                subjectId: question.subjectId,
                sections: ['choices'] as const,
                requestId,
                details: {
                  procedure: scope.procedure,
                  decisionId: id,
                  topic: question.topic,
                  channel: question.channel,
                  allowed,
                  reason,
                },
              },
            ],
      ),
    );
    return decided.map(({ question, id, ...answer }) => ({
      subjectId: question.subjectId,
      decisionId: id,
      decidedAt: now.toISOString(),
      unsubscribe: stoppable(question, answer) ? unsubscribeHeaders(deps, question) : null,
      ...answer,
    }));
  });
}

/** Whether what may be sent is a message that its reader can stop by a press. */
function stoppable(
  question: Question,
  { allowed }: Answer,
): question is Question & { topic: MessageTopic } {
  return allowed && question.channel === 'email' && !isServiceTopic(question.topic);
}

async function logDecisions(
  tx: Tx,
  decided: readonly Decided[],
  { serviceId, purpose, now }: { serviceId: string; purpose: string; now: Date },
): Promise<void> {
  const rows = decided.flatMap(({ question, id, allowed, reason, receiptId }) =>
    id === null || reason === 'unknown_account'
      ? []
      : [{ ...question, id, serviceId, allowed, reason, receiptId, purpose, decidedAt: now }],
  );
  if (rows.length > 0) await tx.insert(contactDecision).values(rows);
}

const keyOf = ({
  subjectId,
  topic,
  channel,
}: {
  subjectId: string;
  topic: string;
  channel: string;
}) => `${subjectId}|${topic}|${channel}`;

function byQuestion(
  states: readonly (ConsentState & { subjectId: string })[],
): ReadonlyMap<string, ConsentState> {
  return new Map(states.map((state) => [keyOf(state), state]));
}
