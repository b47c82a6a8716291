import { and, desc, eq, isNull, ne, or, sql } from 'drizzle-orm';
import { type Tx, withSubject } from '../../../db/connect.ts';
import { recipientsOfSections } from '../../../db/data-map/holdings.ts';
import type { Section } from '../../../db/data-map/vocabulary.ts';
import { account } from '../../../db/schema/account.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import type { Actor } from '../../actor.ts';
import { recordAudit } from '../../audit/record.ts';
import type { Deps } from '../../deps.ts';
import { DomainError } from '../../errors.ts';
import { enqueue } from '../../jobs/define.ts';
import { momentInWords } from '../../mail/moment-in-words.ts';
import { queueMail } from '../../mail/queue.ts';
import { askHolders } from '../../services/tasks/ask.ts';
import { allHolders } from '../../services/tasks/holders.ts';
import { beginRequest, writeBegun } from '../behalf/begin.ts';
import { planSteps } from '../steps.ts';
import { inOrder } from './contents.ts';
import { buildCopyJob } from './jobs.ts';
import { copySteps } from './steps.ts';

const WINDOW_MS = 86_400_000;
const PER_WINDOW = 3;

export type CopyContext = {
  deps: Deps;
  subjectId: string;
  actor: Actor;
  now: Date;
  requestId: string;
  /** How what is asked for is written: by who is signed in, while they are. */
  write?: <T>(statements: (tx: Tx) => Promise<T>) => Promise<T>;
};

/** For whoever acts without a session of the person. */
export function plainly(deps: Deps, subjectId: string): NonNullable<CopyContext['write']> {
  return (statements) => withSubject(deps.connection.db, subjectId, 'write', statements);
}

/**
 * Takes the request for a copy and asks the holders that its chapters concern, all at once; a job makes it.
 * Where support asked for one, this is the customer's yes to it, with the chapters that they choose now.
 *
 * @throws {DomainError} ACCOUNT_READ_ONLY once the erasure has begun; REQUEST_ALREADY_OPEN while another
 *   is being made; REQUEST_LIMIT_REACHED for the fourth within 24 hours, with the seconds until the next;
 *   as `beginRequest`
 */
export function askCopy(
  { deps, subjectId, actor, now, requestId, write = plainly(deps, subjectId) }: CopyContext,
  { sections, confirms }: { sections: readonly Section[]; confirms?: string | undefined },
): Promise<{ reference: string }> {
  const { vault } = deps;
  return write(async (tx) => {
    // The account's row is the gate: of two who ask at once, the second sees what the first wrote.
    const [person] = await tx
      .select()
      .from(account)
      .where(eq(account.subjectId, subjectId))
      .for('update');
    if (!person) throw new DomainError('NOT_FOUND');
    // What is being erased is not written into a new file.
    if (person.status === 'erasing') throw new DomainError('ACCOUNT_READ_ONLY');
    const { open, nextAt } = await copyAllowance(tx, { subjectId, now });
    if (open) throw new DomainError('REQUEST_ALREADY_OPEN');
    if (nextAt) {
      throw new DomainError('REQUEST_LIMIT_REACHED', {
        retryAfterSeconds: Math.ceil((nextAt.getTime() - now.getTime()) / 1_000),
      });
    }

    const { country } = person;
    const begun = await beginRequest(tx, {
      subjectId,
      kind: 'portability',
      country,
      confirms,
      now,
    });
    const { id, reference, dueAt: due } = begun;
    const chosen = inOrder(sections);
    await writeBegun(
      tx,
      vault,
      begun,
      { state: 'running', sections: chosen },
      { actor, requestId, now },
    );
    const concerned: readonly string[] = recipientsOfSections(chosen);
    const asked = await askHolders(tx, vault, {
      requestId: id,
      subjectId,
      kinds: ['export'],
      holders: (await allHolders(tx)).filter((holder) => concerned.includes(holder.id)),
      dueAt: new Date(now.getTime() + deps.env.HOLDER_WAIT_SECONDS * 1_000),
      now,
    });
    const steps = copySteps.filter((name) => name !== 'holders' || asked > 0);
    await planSteps(tx, {
      requestId: id,
      subjectId,
      steps: steps.map((name) => ({ name, rowsTotal: name === 'holders' ? asked : null })),
    });
    await queueMail(tx, vault, {
      subjectId,
      template: 'copy_asked',
      params: { reference, due: momentInWords(due, person.timeZone) },
      dedupeKey: `copy_asked:${id}`,
      now,
    });
    await recordAudit(tx, vault, {
      action: 'request.copy_asked',
      actor,
      subjectId,
      purpose: 'privacy_rights',
      sections: chosen,
      reference,
      requestId,
      now,
    });
    await enqueue(tx, buildCopyJob, {
      payload: { requestId: id },
      subjectId,
      now,
      dedupeKey: `copy.build:${id}`,
    });
    return { reference };
  });
}

/** Reference of the copy being made, if any, and when the next may be asked for, if not now. */
export async function copyAllowance(
  tx: Tx,
  { subjectId, now }: { subjectId: string; now: Date },
): Promise<{ open: string | null; nextAt: Date | null }> {
  const own = and(
    eq(dataSubjectRequest.subjectId, subjectId),
    eq(dataSubjectRequest.kind, 'portability'),
  );
  // What support asked for counts from the customer's yes, and not at all without it.
  const beganAt = sql<Date>`coalesce(${dataSubjectRequest.answeredAt}, ${dataSubjectRequest.receivedAt})`;
  const began = and(
    ne(dataSubjectRequest.state, 'unconfirmed'),
    or(isNull(dataSubjectRequest.answer), eq(dataSubjectRequest.answer, 'confirmed')),
  );
  const since = new Date(now.getTime() - WINDOW_MS).toISOString();
  const [[running], recent] = await Promise.all([
    tx
      .select({ reference: dataSubjectRequest.reference })
      .from(dataSubjectRequest)
      .where(and(own, eq(dataSubjectRequest.state, 'running'))),
    tx
      .select({ beganAt: beganAt.mapWith(dataSubjectRequest.receivedAt) })
      .from(dataSubjectRequest)
      .where(and(own, began, sql`${beganAt} > ${since}::timestamptz`))
      .orderBy(desc(beganAt))
      .limit(PER_WINDOW),
  ]);
  const oldest = recent[PER_WINDOW - 1];
  return {
    open: running?.reference ?? null,
    nextAt: oldest ? new Date(oldest.beganAt.getTime() + WINDOW_MS) : null,
  };
}
