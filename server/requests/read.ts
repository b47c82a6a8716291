import { and, asc, desc, eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { type Section, sections } from '../../db/data-map/vocabulary.ts';
import { dataSubjectRequest, exportArchive, requestStep } from '../../db/schema/request.ts';
import { DomainError } from '../errors.ts';
import { daysLeft } from './clock.ts';

type Row = typeof dataSubjectRequest.$inferSelect;

/** All requests of a person, newest first. */
export async function listRequests(tx: Tx, { subjectId, now }: { subjectId: string; now: Date }) {
  const rows = await tx
    .select()
    .from(dataSubjectRequest)
    .where(eq(dataSubjectRequest.subjectId, subjectId))
    .orderBy(desc(dataSubjectRequest.receivedAt));
  return rows.map((row) => summaryOf(row, now));
}

/**
 * One request with its steps and, for a copy, the archive.
 * @throws {DomainError} NOT_FOUND when the person has no such request
 */
export async function readRequest(
  tx: Tx,
  { subjectId, reference, now }: { subjectId: string; reference: string; now: Date },
) {
  const [row] = await tx
    .select()
    .from(dataSubjectRequest)
    .where(
      and(eq(dataSubjectRequest.reference, reference), eq(dataSubjectRequest.subjectId, subjectId)),
    );
  if (!row) throw new DomainError('NOT_FOUND');
  const [steps, [archive]] = await Promise.all([
    tx
      .select()
      .from(requestStep)
      .where(eq(requestStep.requestId, row.id))
      .orderBy(asc(requestStep.position)),
    tx.select().from(exportArchive).where(eq(exportArchive.requestId, row.id)),
  ]);
  return {
    ...summaryOf(row, now),
    planHash: row.planHash,
    failure: row.failure,
    sections: row.sections.map((section) => sections[section as Section]?.title ?? section),
    steps: steps.map(({ name, state, rowsDone, rowsTotal, startedAt, finishedAt }) => ({
      name,
      state,
      rowsDone,
      rowsTotal,
      startedAt,
      finishedAt,
    })),
    archive: archive
      ? {
          plainBytes: archive.plainBytes,
          sha256: archive.sha256,
          snapshotAt: archive.snapshotAt,
          readyAt: archive.readyAt,
          expiresAt: archive.expiresAt,
          deletedAt: archive.deletedAt ?? (archive.expiresAt <= now ? archive.expiresAt : null),
          deletedBecause:
            archive.deletedBecause ?? (archive.expiresAt <= now ? ('expired' as const) : null),
          downloads: archive.downloads,
          lastDownloadAt: archive.lastDownloadAt,
        }
      : null,
  };
}

function summaryOf(row: Row, now: Date) {
  const { reference, kind, state, receivedAt, dueAt, executesAt, endedAt } = row;
  return {
    reference,
    kind,
    state,
    receivedAt,
    dueAt,
    executesAt,
    endedAt,
    daysLeft: endedAt ? null : daysLeft(dueAt, now),
  };
}
