import { and, eq, ne, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import {
  deleteBatch,
  ERASE_BATCH,
  hasKeep,
  minimiseBatch,
  subjectIs,
} from '../../../db/data-map/erase.ts';
import { keptBeyond } from '../../../db/data-map/erasure-plan.ts';
import { type ActiveHold, isTold } from '../../../db/data-map/held.ts';
import type { MapTable } from '../../../db/data-map/index.ts';
import { account } from '../../../db/schema/account.ts';
import { job } from '../../../db/schema/job.ts';
import { subjectKey } from '../../../db/schema/key.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { recordAudit } from '../../audit/record.ts';
import { lockAccount } from '../../auth/lock-account.ts';
import { KeyGoneError } from '../../crypto/vault.ts';
import type { Deps } from '../../deps.ts';
import type { JobOutcome } from '../../jobs/define.ts';
import { SET_ASIDE_BATCH, setAside } from '../../retention/set-aside.ts';
import { tellErased } from '../../services/tell.ts';
import { postFarewell, writeFarewell } from './farewell.ts';
import { askToErase, holderDone, letErase } from './holders.ts';
import { keepBatch } from './keep.ts';
import { exceptIn, holdsInTheWay, leftovers } from './leftovers.ts';
import { endWhatRuns, removeCopies, startErasure } from './lock.ts';
import { closeEmptied } from './organisations.ts';
import { confirmedPlan } from './plan-hash.ts';
import { postponeErasure } from './postpone.ts';
import { buildReceipt, storeReceipt } from './receipt.ts';
import {
  endOtherSteps,
  finishConfirmed,
  nextStep,
  noteStep,
  reopenSteps,
  type StepRow,
  stepNamed,
  stepNameOf,
  writeSteps,
} from './steps.ts';

/** A release wakes the job, and it wakes by itself at the end of a hold; this is for what nobody foresaw. */
const HOLD_CHECK_MS = 60 * 60_000;
/** An answer wakes the job; this is for the one that is lost. */
const HOLDER_CHECK_MS = 10_000;
/** So often late arrivals are swept up before a person has to look. */
const MAX_ROUNDS = 20;

type Request = typeof dataSubjectRequest.$inferSelect;
type Work = { deps: Deps; tx: Tx; request: Request; now: Date };
/** `rows`: what this run did. `holds`: they stand in the way. `waits`: somebody else has to act. */
type Progress = { rows: number; finished: boolean; holds?: ActiveHold[]; waits?: boolean };

/**
 * One bounded piece of an erasure, in the transaction that holds the job: the rows it touches, the step
 * that says so and the job's next state commit together. A process killed anywhere loses this piece and
 * nothing else; the next run begins at the first step that is not done.
 */
export async function runErasure({
  deps,
  tx,
  requestId,
  now,
}: {
  deps: Deps;
  tx: Tx;
  requestId: string;
  now: Date;
}): Promise<JobOutcome> {
  const [request] = await tx
    .select()
    .from(dataSubjectRequest)
    .where(eq(dataSubjectRequest.id, requestId))
    .for('update');
  if (!request || (request.state !== 'waiting' && request.state !== 'running')) return 'done';
  const { subjectId } = request;
  if (request.state === 'waiting' && request.failure === null) {
    if (request.executesAt && request.executesAt > now) return { runAt: request.executesAt };
    // A recovery may be adding a factor at this moment: it has the account, and is waited for.
    await lockAccount(tx, subjectId);
    const later = await postponeErasure(tx, deps, request, now);
    if (later) return { runAt: later };
    assertAsConfirmed(request);
    const country = await startErasure(tx, { requestId, subjectId });
    await writeSteps(tx, { requestId, subjectId, country });
    await recordAudit(tx, deps.vault, {
      action: 'request.erasure_started',
      actor: { kind: 'system', job: 'erasure.run' },
      subjectId,
      purpose: 'privacy_rights',
      reference: request.reference,
      requestId,
      now,
    });
  }
  const step = await nextStep(tx, requestId);
  if (!step) return 'done';
  const { rows, finished, holds, waits } = await workOn({ deps, tx, request, now }, step);
  await noteStep(tx, { step, rows, finished, now });
  if (holds) {
    // Under a legal bar nothing may say that there is a hold: then the work just goes on for long.
    const told = holds.some((hold) => isTold(hold, now));
    if (told || request.failure === 'LEGAL_HOLD') await sayStopped(tx, { requestId, told });
    return { runAt: nextLook(holds, now) };
  }
  if (request.failure === 'LEGAL_HOLD') await sayStopped(tx, { requestId, told: false });
  if (waits) return { runAt: new Date(now.getTime() + HOLDER_CHECK_MS) };
  return finished && step.name === 'receipt' ? 'done' : 'again';
}

/** Writes down whether a hold that its person is told of stops the work. */
async function sayStopped(
  tx: Tx,
  { requestId, told }: { requestId: string; told: boolean },
): Promise<void> {
  await tx
    .update(dataSubjectRequest)
    .set(told ? { state: 'waiting', failure: 'LEGAL_HOLD' } : { state: 'running', failure: null })
    .where(and(eq(dataSubjectRequest.id, requestId), ne(dataSubjectRequest.state, 'completed')));
}

/** When holds may have changed by themselves: at the end of one, or when the person is told of one. */
function nextLook(holds: readonly ActiveHold[], now: Date): Date {
  const moments = holds
    .flatMap(({ endsAt, noticeFrom }) => [endsAt, noticeFrom ?? endsAt])
    .filter((moment) => moment > now)
    .map((moment) => moment.getTime());
  return new Date(Math.min(now.getTime() + HOLD_CHECK_MS, ...moments));
}

/** Nothing starts that was not confirmed, nor anything that keeps more than the person was told. */
function assertAsConfirmed(request: Request): void {
  if (keptBeyond(confirmedPlan(request)).length > 0)
    throw new Error('more would be kept than was confirmed');
}

async function workOn(work: Work, row: StepRow): Promise<Progress> {
  const { deps, tx, request, now } = work;
  const { subjectId, id: requestId } = request;
  const step = stepNamed(row.name);
  switch (step.kind) {
    case 'lock':
      return {
        rows: await endWhatRuns(tx, deps.vault, { requestId, subjectId, now }),
        finished: true,
      };
    case 'copies':
      return {
        rows: await removeCopies(tx, { store: deps.exportStore, subjectId }),
        finished: true,
      };
    case 'holders':
      return {
        rows: await askToErase(tx, deps.vault, { requestId, subjectId, now }),
        finished: true,
      };
    case 'delete':
      return deleteFrom(work, step.table);
    case 'keep':
      return keepIn(work, step.table);
    case 'holds':
      return passHolds(work, row);
    case 'holder': {
      const done = await holderDone(tx, { requestId, holderId: step.holderId });
      // While this one is waited for, what others have confirmed is not said to be waited for.
      if (!done) await finishConfirmed(tx, { requestId, now });
      return { rows: done ? 1 : 0, finished: done, waits: !done };
    }
    case 'farewell':
      return {
        rows: await writeFarewell(tx, deps.vault, { request, publicUrl: deps.env.PUBLIC_URL, now }),
        finished: true,
      };
    case 'verify':
      return checkNothingLeft(work, row, () => true);
    case 'key':
      return destroyKey(work);
    case 'receipt':
      return complete(work);
  }
}

async function deleteFrom({ deps, tx, request, now }: Work, table: MapTable): Promise<Progress> {
  const { subjectId } = request;
  if (table.name === 'membership') await closeEmptied(tx, subjectId);
  if (table.name === 'exportArchive')
    await removeCopies(tx, { store: deps.exportStore, subjectId });
  const aside = await setAsideOf({ deps, tx, request, now }, table);
  const rows = await deleteBatch(tx, { table, subjectId, now });
  if (table.name === 'account') await detachJobs(tx, subjectId);
  return { rows, finished: rows < ERASE_BATCH && aside < SET_ASIDE_BATCH };
}

async function keepIn({ deps, tx, request, now }: Work, table: MapTable): Promise<Progress> {
  const { subjectId, id: requestId } = request;
  if ((await setAsideOf({ deps, tx, request, now }, table)) === SET_ASIDE_BATCH)
    return { rows: 0, finished: false };
  const minimised = await minimiseBatch(tx, {
    table,
    subjectId,
    now,
    except: exceptIn(table, request),
  });
  if (!hasKeep(table)) return { rows: minimised, finished: minimised < ERASE_BATCH };
  const [person] = await tx
    .select({ country: account.country })
    .from(account)
    .where(eq(account.subjectId, subjectId));
  const bound = await keepBatch(tx, deps.vault, {
    table,
    subjectId,
    requestId,
    country: person?.country ?? '',
    now,
  });
  return { rows: bound, finished: bound === 0 && minimised < ERASE_BATCH };
}

/** What a hold keeps of single fields stands apart before their rows go; how many values now. */
function setAsideOf({ deps, tx, request, now }: Work, table: MapTable): Promise<number> {
  const rows = sql`t.${subjectIs(table, request.subjectId)}`;
  return setAside(tx, deps.vault, { table, rows, now });
}

/**
 * Looks through every table of the map for what the erasure should have taken. Rows that came while it
 * ran send their step round again. A hold on anything that is there makes the whole request wait: even
 * what stays anyway could not be read any more once the key is gone.
 */
async function checkNothingLeft(
  { tx, request, now }: Work,
  step: StepRow,
  inScope: (table: MapTable) => boolean,
): Promise<Progress> {
  const { subjectId } = request;
  const holds = await holdsInTheWay(tx, { subjectId, now });
  if (holds.length > 0) return { rows: 0, finished: false, holds };
  const again = (await leftovers(tx, request)).filter(
    (table) => inScope(table) && table.name !== 'subjectKey',
  );
  if (again.length === 0) return { rows: 0, finished: true };
  if (step.rowsDone >= MAX_ROUNDS) throw new Error('rows that cannot be erased');
  await reopenSteps(tx, request, again.map(stepNameOf));
  return { rows: 1, finished: false };
}

/** Nothing protects what is left. Only now may anybody outside delete what cannot be brought back. */
async function passHolds(work: Work, row: StepRow): Promise<Progress> {
  const progress = await checkNothingLeft(work, row, ({ name }) => name !== 'account');
  const { tx, request, now } = work;
  if (progress.finished) await letErase(tx, { requestId: request.id, now });
  return progress;
}

/** Waiting work of the person is dropped, done work forgets whose it was; the job at hand goes on. */
async function detachJobs(tx: Tx, subjectId: string): Promise<void> {
  await tx.execute(sql`
    delete from job where id in (
      select id from job where subject_id = ${subjectId}::uuid and state = 'ready' and kind <> 'erasure.run' for update skip locked)`);
  await tx
    .update(job)
    .set({ subjectId: null })
    .where(and(eq(job.subjectId, subjectId), ne(job.kind, 'erasure.run')));
}

/**
 * After this nobody can read what was sealed for the person. Looks once more in the same transaction:
 * what came since the last look, rows or files, goes round again while there is a key. Fails when the
 * key could still be had.
 */
async function destroyKey({ deps, tx, request, now }: Work): Promise<Progress> {
  const { subjectId } = request;
  // Whoever approves a hold shares this row: either they see that it is too late, or this sees the hold.
  await tx
    .select({ id: subjectKey.subjectId })
    .from(subjectKey)
    .where(eq(subjectKey.subjectId, subjectId))
    .for('update');
  const holds = await holdsInTheWay(tx, { subjectId, now });
  if (holds.length > 0) return { rows: 0, finished: false, holds };
  const again = (await leftovers(tx, request)).filter(({ name }) => name !== 'subjectKey');
  if (again.length > 0) {
    await reopenSteps(tx, request, [...again.map(stepNameOf), 'verify']);
    return { rows: 0, finished: false };
  }
  await removeCopies(tx, { store: deps.exportStore, subjectId });
  const rows = await tx.$count(subjectKey, eq(subjectKey.subjectId, subjectId));
  await deps.vault.destroySubjectKey(tx, subjectId);
  try {
    await deps.vault.subjectKey(tx, subjectId);
  } catch (cause) {
    if (cause instanceof KeyGoneError) return { rows, finished: true };
    throw cause;
  }
  throw new Error('the key of an erased subject is still there');
}

/** Ends the request, says so in the log, posts the last letter and issues the receipt, in one commit. */
async function complete({ deps, tx, request, now }: Work): Promise<Progress> {
  const { id, subjectId, reference, receiptCodeHash } = request;
  if (!receiptCodeHash) throw new Error('an erasure without a code for its receipt');
  const late = (await leftovers(tx, request)).filter(({ onErasure }) => onErasure === 'delete');
  if (late.length > 0) {
    await reopenSteps(tx, request, late.map(stepNameOf));
    return { rows: 0, finished: false };
  }
  const [done] = await tx
    .update(dataSubjectRequest)
    .set({ state: 'completed', endedAt: now, receiptCodeHash: null, failure: null })
    .where(and(eq(dataSubjectRequest.id, id), eq(dataSubjectRequest.state, 'running')))
    .returning({ id: dataSubjectRequest.id });
  if (!done) throw new Error('an erasure that was not running');
  await endOtherSteps(tx, { requestId: id, subjectId, now });
  await tellErased(tx, { subjectId, now });
  await recordAudit(tx, deps.vault, {
    action: 'request.erasure_completed',
    actor: { kind: 'system', job: 'erasure.run' },
    subjectId,
    purpose: 'privacy_rights',
    reference,
    requestId: id,
    now,
  });
  await tx.update(job).set({ subjectId: null }).where(eq(job.subjectId, subjectId));
  await postFarewell(tx, { requestId: id, now });
  const receipt = await buildReceipt(tx, { request, plan: confirmedPlan(request), now });
  await storeReceipt(tx, deps.vault, { receipt, codeHash: receiptCodeHash, now });
  return { rows: 1, finished: true };
}
