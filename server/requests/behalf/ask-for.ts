import { and, eq, inArray } from 'drizzle-orm';
import type { z } from 'zod';
import type { Tx } from '../../../db/connect.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import type { Actor } from '../../actor.ts';
import { recordAudit } from '../../audit/record.ts';
import { newId } from '../../crypto/token.ts';
import type { Deps } from '../../deps.ts';
import { enqueue } from '../../jobs/define.ts';
import { momentInWords } from '../../mail/moment-in-words.ts';
import { queueMail } from '../../mail/queue.ts';
import { addNotice } from '../../overview/notices.ts';
import { dueAt } from '../clock.ts';
import { inOrder } from '../copy/contents.ts';
import { requestLink } from '../erasure/letters.ts';
import { newReference } from '../reference.ts';
import { CONFIRM_MS, confirmationJob, REMIND_MS } from './confirmation-job.ts';
import type { askForInput } from './input.ts';
import { askedForActions } from './shown.ts';

export type AskForWish = z.output<typeof askForInput>;

/** What each kind is called in the inbox. */
const notices = { portability: 'copy_asked_for', erasure: 'erasure_asked_for' } as const;

type Customer = { country: string; timeZone: string };
type Call = {
  deps: Pick<Deps, 'vault' | 'env'>;
  actor: Extract<Actor, { kind: 'staff' }>;
  requestId: string;
  now: Date;
};

/**
 * Writes a request for a customer, who is told at once, by notice and letter. It has its clock from now
 * on, and nothing else: what would be done waits for their yes. The account's row is locked by the caller.
 *
 * @returns null when one of its kind is open or waits already
 */
export async function askFor(
  tx: Tx,
  { deps: { vault, env }, actor, requestId, now }: Call,
  { country, timeZone }: Customer,
  wish: AskForWish,
): Promise<{ reference: string; confirmBy: Date } | null> {
  const { subjectId, ticket, kind } = wish;
  const id = newId(now);
  const reference = newReference();
  const confirmBy = new Date(now.getTime() + CONFIRM_MS);
  const sections = kind === 'portability' ? inOrder(wish.sections) : [];
  if (await isOpen(tx, wish)) return null;
  const [written] = await tx
    .insert(dataSubjectRequest)
    .values({
      id,
      subjectId,
      reference,
      kind,
      state: 'unconfirmed',
      receivedAt: now,
      dueAt: dueAt(now, country),
      sections,
      askedBy: actor.label,
      askedTicket: ticket,
      confirmBy,
    })
    .onConflictDoNothing()
    .returning({ id: dataSubjectRequest.id });
  if (!written) return null;
  await recordAudit(tx, vault, {
    action: askedForActions[kind],
    actor,
    subjectId,
    purpose: 'privacy_rights',
    sections: kind === 'portability' ? sections : ['records'],
    reference,
    requestId,
    details: { ticket },
    now,
  });
  await addNotice(tx, { subjectId, kind: notices[kind], reference, now });
  await queueMail(tx, vault, {
    subjectId,
    template: 'asked_for',
    params: {
      kind,
      who: actor.label,
      ticket,
      reference,
      until: momentInWords(confirmBy, timeZone),
      link: requestLink(env.PUBLIC_URL, reference),
    },
    dedupeKey: `asked_for:${id}`,
    now,
  });
  await enqueue(tx, confirmationJob, {
    payload: { requestId: id },
    subjectId,
    now,
    runAt: new Date(now.getTime() + REMIND_MS),
    dedupeKey: `request.confirmation:${id}`,
  });
  return { reference, confirmBy };
}

async function isOpen(
  tx: Tx,
  { subjectId, kind }: Pick<AskForWish, 'subjectId' | 'kind'>,
): Promise<boolean> {
  const open = await tx.$count(
    dataSubjectRequest,
    and(
      eq(dataSubjectRequest.subjectId, subjectId),
      eq(dataSubjectRequest.kind, kind),
      inArray(dataSubjectRequest.state, ['waiting', 'running']),
    ),
  );
  return open > 0;
}
