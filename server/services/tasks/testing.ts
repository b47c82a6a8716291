import { eq } from 'drizzle-orm';
import type { TaskKind } from '../../../db/schema/holder-task.ts';
import { holderTask } from '../../../db/schema/holder-task.ts';
import { dataSubjectRequest, type RequestKind } from '../../../db/schema/request.ts';
import { holder } from '../../../db/schema/service.ts';
import { newId } from '../../crypto/token.ts';
import type { Deps } from '../../deps.ts';
import { newReference } from '../../requests/reference.ts';
import type { AnswerInput, HandedTask } from '../contract/tasks.ts';
import { type HolderClient, runHolder } from '../holder.ts';
import type { SubjectPort } from '../port.ts';
import { askHolders, type TaskPayload } from './ask.ts';
import { allHolders, publishHolders } from './holders.ts';
import { claimOrWait, takeAnswer } from './work.ts';

/** Makes recipients holders that ask for their tasks, each as a service of its own name. */
export async function connectHolders(
  { connection: { db } }: Deps,
  ids: readonly string[] = ['paylane', 'tallymetric'],
): Promise<void> {
  await db.transaction((tx) => publishHolders(tx));
  for (const id of ids) await db.update(holder).set({ serviceId: id }).where(eq(holder.id, id));
}

/** About how many people each holder may ask or answer in a day here. */
export const BUDGET = 100;

/** What a holder's process does, without the wire: a refusal comes as the error it is. */
export function directClient(deps: Deps, id: string): HolderClient {
  const call = (procedure: string) => ({
    deps,
    scope: {
      serviceId: id,
      procedure,
      purpose: 'privacy_rights' as const,
      maxSubjectsPerDay: BUDGET,
    },
    requestId: newId(),
    now: deps.clock(),
  });
  return {
    tasks: {
      claim: async ({ limit, waitSeconds }, { signal } = {}) => ({
        tasks: await claimOrWait(call('tasks.claim'), { limit, waitSeconds, signal }),
      }),
      answer: (input) => takeAnswer(call('tasks.answer'), input),
    },
  };
}

/** Lets a holder work off what it is asked now, as its process does. */
export async function playHolder(deps: Deps, id: string, port: SubjectPort): Promise<void> {
  const stopping = new AbortController();
  const { tasks } = directClient(deps, id);
  const claim: HolderClient['tasks']['claim'] = async () => {
    const claimed = await tasks.claim({ limit: 20, waitSeconds: 0 });
    if (claimed.tasks.length === 0) stopping.abort();
    return claimed;
  };
  await runHolder({ tasks: { ...tasks, claim } }, port, { signal: stopping.signal, backOffMs: 1 });
}

/** Takes whatever there is for a holder, without waiting. */
export async function claimAll(deps: Deps, id: string, limit = 20): Promise<HandedTask[]> {
  return (await directClient(deps, id).tasks.claim({ limit, waitSeconds: 0 })).tasks;
}

export function answer(
  deps: Deps,
  id: string,
  task: HandedTask,
  given: AnswerInput['answer'],
  differs: Partial<AnswerInput> = {},
) {
  return directClient(deps, id).tasks.answer({
    task: task.id,
    claim: task.claim,
    account: task.person.account,
    answer: given,
    ...differs,
  });
}

/** A request of a person with a question to holders. */
export async function askAbout(
  deps: Deps,
  subjectId: string,
  {
    kind = 'portability',
    kinds = ['export'],
    holders = ['paylane', 'tallymetric'],
    dueAt,
    detail,
    now = deps.clock(),
  }: {
    kind?: RequestKind;
    kinds?: readonly [TaskKind, ...TaskKind[]];
    holders?: readonly string[];
    dueAt?: Date;
    detail?: Omit<TaskPayload, 'person'>;
    now?: Date;
  } = {},
): Promise<{ requestId: string; reference: string }> {
  const [requestId, reference] = [newId(now), newReference()];
  const { vault, connection } = deps;
  await connection.db.transaction(async (tx) => {
    await tx.insert(dataSubjectRequest).values({
      id: requestId,
      subjectId,
      reference,
      kind,
      state: 'running',
      receivedAt: now,
      dueAt: new Date(now.getTime() + 30 * 86_400_000),
      sections: [],
    });
    await askHolders(tx, vault, {
      requestId,
      subjectId,
      kinds,
      holders: (await allHolders(tx)).filter(({ id }) => holders.includes(id)),
      dueAt: dueAt ?? new Date(now.getTime() + 3_600_000),
      now,
      ...(detail ? { detail } : {}),
    });
  });
  return { requestId, reference };
}

/** The rows of a request's questions, by holder and kind. */
export async function tasksIn({ connection: { db } }: Deps, requestId: string) {
  return db
    .select()
    .from(holderTask)
    .where(eq(holderTask.requestId, requestId))
    .orderBy(holderTask.holderId, holderTask.kind);
}

/** Turns the clock for some tasks: everything about them happened so much earlier. */
export async function ageTasks(
  { connection: { db } }: Deps,
  requestId: string,
  ms: number,
): Promise<void> {
  const earlier = (moment: Date | null) => moment && new Date(moment.getTime() - ms);
  for (const task of await db
    .select()
    .from(holderTask)
    .where(eq(holderTask.requestId, requestId))) {
    await db
      .update(holderTask)
      .set({
        createdAt: new Date(task.createdAt.getTime() - ms),
        dueAt: new Date(task.dueAt.getTime() - ms),
        availableAt: earlier(task.availableAt),
        leaseUntil: earlier(task.leaseUntil),
      })
      .where(eq(holderTask.id, task.id));
  }
}

export const nothingHeld = {
  outcome: 'done',
  result: { takenAt: '2026-11-23T10:00:00.000Z', data: {} },
} as const satisfies AnswerInput['answer'];
