import { and, asc, desc, eq, inArray, lte } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { recipientsOfColumn, recipientsOfSections } from '../../db/data-map/holdings.ts';
import { subjectTableNamed } from '../../db/data-map/index.ts';
import { recipients, type Section, sections } from '../../db/data-map/vocabulary.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import {
  dataSubjectRequest,
  exportArchive,
  type RequestKind,
  requestStep,
} from '../../db/schema/request.ts';
import { supportTicket } from '../../db/schema/support.ts';
import { isShown } from '../access/support-sees.ts';
import type { Vault } from '../crypto/vault.ts';
import { DomainError } from '../errors.ts';
import { viewHolders } from '../services/tasks/read.ts';
import { askedForActions, askedForOf } from './behalf/shown.ts';
import { daysLeft } from './clock.ts';
import { inOrder } from './copy/contents.ts';
import { stopOf } from './erasure/stopped.ts';
import { toldHolds } from './told-holds.ts';

type Row = typeof dataSubjectRequest.$inferSelect;

/** Of the grant where support looks, else nothing: no view shows what colleagues hold or did. */
type Scope = readonly string[] | undefined;

const shows = (table: 'legalHold' | 'auditEvent' | 'supportTicket', scope: Scope) =>
  isShown(subjectTableNamed(table), scope);

/** All requests of a person, newest first, each with the legal hold that stops it. */
export async function listRequests(
  tx: Tx,
  { subjectId, scope, now }: { subjectId: string; scope?: Scope; now: Date },
) {
  const rows = await tx
    .select()
    .from(dataSubjectRequest)
    .where(eq(dataSubjectRequest.subjectId, subjectId))
    .orderBy(desc(dataSubjectRequest.receivedAt));
  const told = shows('legalHold', scope);
  return Promise.all(
    rows.map(async (row) => ({
      ...summaryOf(row, now),
      stopped: told ? await stopOf(tx, row, { to: 'person', now }) : null,
    })),
  );
}

/**
 * One request with its steps and, for a copy, the archive.
 *
 * @throws {DomainError} NOT_FOUND when the person has no such request
 */
export async function readRequest(
  tx: Tx,
  vault: Vault,
  {
    subjectId,
    reference,
    scope,
    now,
  }: { subjectId: string; reference: string; scope?: Scope; now: Date },
) {
  const [row] = await tx
    .select()
    .from(dataSubjectRequest)
    .where(
      and(eq(dataSubjectRequest.reference, reference), eq(dataSubjectRequest.subjectId, subjectId)),
    );
  if (!row) throw new DomainError('NOT_FOUND');
  const [steps, [archive], holders, holds, [ticket], entry] = await Promise.all([
    tx
      .select()
      .from(requestStep)
      .where(eq(requestStep.requestId, row.id))
      .orderBy(asc(requestStep.position)),
    tx.select().from(exportArchive).where(eq(exportArchive.requestId, row.id)),
    holdersOf(tx, row),
    stops(row) && shows('legalHold', scope) ? toldHolds(tx, vault, { subjectId, now }) : [],
    shows('supportTicket', scope) ? caseOf(tx, row) : [],
    row.askedBy !== null && shows('auditEvent', scope) ? askedForEntry(tx, row, now) : null,
  ]);
  return {
    ...summaryOf(row, now),
    planHash: row.planHash,
    // Of a hold that nobody is told of here, its trace says nothing either.
    failure: row.failure === 'LEGAL_HOLD' && holds.length === 0 ? null : row.failure,
    field: row.field && labelOf(row.field),
    sections: row.sections.map((section) => sections[section as Section]?.title ?? section),
    steps: steps.map(({ name, state, rowsDone, rowsTotal, startedAt, finishedAt }) => ({
      name,
      state,
      rowsDone,
      rowsTotal,
      startedAt,
      finishedAt,
    })),
    holders,
    holds,
    /** The case in which a person decides it, with its messages and its reason. */
    case: ticket?.reference ?? null,
    decidedBy: ticket?.decidedBy ?? null,
    /** The line of the log that says who asked for it, to dispute it. */
    askedForEntry: entry,
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

/** Every other system that the request concerns: what it was asked, and what it answered. */
async function holdersOf(tx: Tx, row: Row) {
  const { id: requestId, kind, state, sections: chosen, field } = row;
  // Nobody is asked anything, nor named as to be asked, without the customer's yes.
  if (row.askedBy !== null && row.answer !== 'confirmed') return [];
  const concerned: Record<RequestKind, () => readonly string[]> = {
    portability: () => recipientsOfSections(inOrder(chosen)),
    rectification: () => recipientsOfColumn(subjectTableNamed('account'), field ?? ''),
    erasure: () => Object.keys(recipients),
  };
  return viewHolders(tx, {
    requestId,
    concerned: concerned[kind](),
    planned: kind === 'erasure' && state === 'waiting',
  });
}

/** Whether a legal hold keeps the request from its end. */
function stops({ kind, state, endedAt }: Row): boolean {
  return kind === 'erasure' && endedAt === null && state !== 'unconfirmed';
}

function caseOf(tx: Tx, { reference, subjectId }: Row) {
  return tx
    .select({ reference: supportTicket.reference, decidedBy: supportTicket.decidedBy })
    .from(supportTicket)
    .where(
      and(eq(supportTicket.requestReference, reference), eq(supportTicket.subjectId, subjectId)),
    );
}

async function askedForEntry(tx: Tx, row: Row, now: Date): Promise<string | null> {
  const { subjectId, kind, askedTicket } = row;
  // A correction is asked for by opening its case.
  const [reference, actions] =
    kind === 'rectification'
      ? [askedTicket ?? row.reference, ['case.opened']]
      : [row.reference, Object.values(askedForActions)];
  const [entry] = await tx
    .select({ id: auditEvent.id })
    .from(auditEvent)
    .where(
      and(
        eq(auditEvent.subjectId, subjectId),
        eq(auditEvent.reference, reference),
        inArray(auditEvent.action, actions),
        lte(auditEvent.visibleFrom, now),
      ),
    );
  return entry?.id ?? null;
}

/** What a correction is about, by the label of its column. */
function labelOf(field: string): string {
  const { columns } = subjectTableNamed('account');
  return columns.find(({ key }) => key === field)?.label ?? field;
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
    askedFor: askedForOf(row),
  };
}
