import { and, asc, desc, eq, inArray } from 'drizzle-orm';
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
import { isShownBy } from '../audit/shown.ts';
import type { Vault } from '../crypto/vault.ts';
import { DomainError } from '../errors.ts';
import { viewHolders } from '../services/tasks/read.ts';
import { askedForActions, askedForOf } from './behalf/shown.ts';
import { daysLeft } from './clock.ts';
import { inOrder } from './copy/contents.ts';
import { type Stop, stopOf } from './erasure/stopped.ts';
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
  return Promise.all(
    rows.map(async (row) => {
      const stopped = await toldStop(tx, row, { scope, now });
      return { ...summaryOf(asTold(row, stopped), now), stopped };
    }),
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
  const [steps, [archive], holders, holds, stopped, [ticket], entry] = await Promise.all([
    tx
      .select()
      .from(requestStep)
      .where(eq(requestStep.requestId, row.id))
      .orderBy(asc(requestStep.position)),
    tx.select().from(exportArchive).where(eq(exportArchive.requestId, row.id)),
    holdersOf(tx, row),
    stops(row) && shows('legalHold', scope) ? toldHolds(tx, vault, { subjectId, now }) : [],
    toldStop(tx, row, { scope, now }),
    shows('supportTicket', scope) ? ticketOf(tx, row) : [],
    row.askedBy !== null && shows('auditEvent', scope) ? askedForEntry(tx, row, now) : null,
  ]);
  const told = asTold(row, stopped);
  return {
    ...summaryOf(told, now),
    stopped,
    planHash: row.planHash,
    failure: told.failure,
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

/** The legal hold that stops a deletion, as far as whoever reads it may know. */
async function toldStop(tx: Tx, row: Row, { scope, now }: { scope: Scope; now: Date }) {
  return shows('legalHold', scope) ? stopOf(tx, row, { to: 'person', now }) : null;
}

/** Of a hold that whoever reads it may not know of, or that is over, its trace says nothing: work goes on. */
function asTold(row: Row, stopped: Stop | null): Row {
  return row.failure === 'LEGAL_HOLD' && stopped === null
    ? { ...row, state: 'running', failure: null }
    : row;
}

function ticketOf(tx: Tx, { reference, subjectId }: Row) {
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
        isShownBy(now),
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
