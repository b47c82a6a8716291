import { and, asc, eq, lte, ne } from 'drizzle-orm';
import type { Section } from '../../../db/data-map/vocabulary.ts';
import { job } from '../../../db/schema/job.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { MINUTE, start } from '../../auth/testing.ts';
import { codeAt } from '../../auth/totp.ts';
import type { Deps } from '../../deps.ts';
import { allJobs } from '../../jobs/all.ts';
import { supportAndCustomer } from '../../support/testing.ts';
import { callerFor, type Jar, type Person, signedInAs } from '../../testing/people.ts';

export const DAY = 24 * 60 * MINUTE;
export const DAY_MS = DAY * 1_000;
export const copyFor = (
  { subjectId }: Pick<Person, 'subjectId'>,
  ticket: string,
  sections: Section[] = ['account', 'usage'],
) => ({ kind: 'portability', subjectId, ticket, sections }) as const;
export const deletionFor = ({ subjectId }: Pick<Person, 'subjectId'>, ticket: string) =>
  ({ kind: 'erasure', subjectId, ticket }) as const;

export const rows = ({ connection }: Deps) => connection.db.select().from(dataSubjectRequest);
export const rowOf = async (deps: Deps, reference: string) => {
  const found = (await rows(deps)).find((row) => row.reference === reference);
  if (!found) throw new Error('no such request');
  return found;
};

/** A customer for whom support asked for both, at `start`. */
export async function askedForBoth(deps: Deps) {
  const both = await supportAndCustomer(deps, start);
  const { ada, ticket, asAgent } = both;
  const copy = await asAgent(start).support.askFor(copyFor(ada, ticket));
  const deletion = await asAgent(start).support.askFor(deletionFor(ada, ticket));
  return { ...both, copy: copy.reference, deletion: deletion.reference };
}

/** The customer signs in again, at a moment when the first session may be over. */
export async function backAt(deps: Deps, person: Person, now: Date) {
  const jar = await signedInAs(deps, person, { now });
  return callerFor(deps, jar, { now });
}

/** Confirms the deletion as its page does, with a code of its own. */
export async function confirmDeletion(
  deps: Deps,
  {
    person,
    jar,
    now,
    ...change
  }: { person: Person; jar: Jar; now: Date } & Partial<Record<'confirms' | 'planHash', string>>,
) {
  const { planHash } = await callerFor(deps, jar, { now }).requests.previewErasure({});
  const code = codeAt(person.totpSecret, now);
  await callerFor(deps, jar, { now }).auth.stepUp({ code, act: 'erasure_confirm' });
  return callerFor(deps, jar, { now }).requests.confirmErasure({
    planHash,
    email: person.email,
    graceDays: 7,
    acknowledged: true,
    ...change,
  });
}

/** All work that is due at that moment, and what comes of it, as a worker would do it. */
export async function runDue(deps: Deps, now: Date): Promise<void> {
  const { db } = deps.connection;
  // Letters leave through a mail server.
  const due = and(eq(job.state, 'ready'), lte(job.runAt, now), ne(job.kind, 'mail.send'));
  for (let rounds = 0; rounds < 100; rounds++) {
    const [next] = await db.select().from(job).where(due).orderBy(asc(job.runAt)).limit(1);
    if (!next) return;
    const definition = allJobs.find(({ kind }) => kind === next.kind);
    if (!definition) throw new Error('work that nobody knows');
    await db.transaction(async (tx) => {
      const run = { deps, tx, now, attempt: 1, signal: new AbortController().signal };
      const outcome = await definition.run({ ...run, payload: definition.parse(next.payload) });
      const after =
        outcome === 'done'
          ? { state: 'done' as const, finishedAt: now }
          : { runAt: outcome === 'again' ? now : outcome.runAt };
      await tx.update(job).set(after).where(eq(job.id, next.id));
    });
  }
  throw new Error('work without an end');
}
