import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../../../db/connect.ts';
import type { TableName } from '../../../db/data-map/index.ts';
import type { Section } from '../../../db/data-map/vocabulary.ts';
import { recordAudit, recordAudits } from '../../audit/record.ts';
import { DomainError } from '../../errors.ts';
import type { OutputOf } from '../contract/index.ts';
import { recordDisclosures } from '../disclose.ts';
import { customersAmong } from '../people.ts';
import { takeSubjects } from '../scopes.ts';
import type { ServiceCall } from '../trpc.ts';
import { concernOf, type ServiceEvent } from './concern.ts';
import { putInOrder } from './order.ts';

type Placed = ServiceEvent & { position: number };

/** What leaves with each kind of event, as the map names it. */
const leaves: Record<
  ServiceEvent['kind'],
  { table: TableName; columns: string[]; section: Section } | null
> = {
  'account.provisioned': { table: 'account', columns: ['createdAt'], section: 'account' },
  'account.corrected': { table: 'accountChange', columns: ['field'], section: 'account' },
  'consent.changed': { table: 'consentEvent', columns: ['topic', 'channel'], section: 'choices' },
  'deletion.begun': { table: 'account', columns: ['status'], section: 'account' },
  'deletion.cancelled': { table: 'account', columns: ['status'], section: 'account' },
  'deletion.completed': null,
};

/**
 * What happened behind the cursor and concerns the service, in the order in which it is told to all.
 * Each person concerned can read that it was told; of an account that is gone nobody is left to.
 *
 * @throws {DomainError} INPUT_REFUSED for a cursor that was not handed out
 */
export async function eventsSince(
  call: ServiceCall,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<OutputOf<'events.since'>> {
  const { deps, scope, now } = call;
  const { db } = deps.connection;
  const from = cursor === undefined ? 0 : readCursor(cursor);
  await putInOrder(db);
  const [found, concern] = await Promise.all([
    readPlaced(db, { from, limit: limit + 1 }),
    concernOf(db, scope.serviceId),
  ]);
  const page = found.slice(0, limit);
  const mine = page.flatMap((event) => concern(event) ?? []);
  const living = mine.filter(({ kind }) => kind !== 'deletion.completed');
  await takeSubjects(db, scope, { subjectIds: living.map(({ subjectId }) => subjectId), now });
  const events = await db.transaction((tx) => tell(tx, call, mine));
  return {
    events,
    cursor: writeCursor(page.at(-1)?.position ?? from),
    more: found.length > limit,
  };
}

async function readPlaced(
  db: Db,
  { from, limit }: { from: number; limit: number },
): Promise<Placed[]> {
  const rows = await db.execute<{
    position: string;
    kind: ServiceEvent['kind'];
    subject_id: string;
    codes: string[];
    occurred_at: string;
  }>(sql`
    select position, kind, subject_id, codes, occurred_at from subject_event where position > ${from}
    union all
    select position, 'deletion.completed', account_id, '{}', erased_at from erased_account where position > ${from}
    order by position limit ${limit}`);
  return rows.map((row) => ({
    position: Number(row.position),
    kind: row.kind,
    subjectId: row.subject_id,
    codes: row.codes,
    occurredAt: new Date(row.occurred_at).toISOString(),
  }));
}

/** Records who is told what; of an account that is being erased only that it goes. */
async function tell(
  tx: Tx,
  { deps, scope, actor, requestId, now }: ServiceCall,
  events: readonly ServiceEvent[],
): Promise<ServiceEvent[]> {
  const ids = events.map(({ subjectId }) => subjectId);
  const people = await customersAmong(tx, ids, { lock: true });
  const told = events.filter(({ kind, subjectId }) => {
    if (kind === 'deletion.completed') return true;
    const status = people.get(subjectId)?.status;
    return status === 'erasing' ? kind.startsWith('deletion.') : status !== undefined;
  });
  const common = { purpose: scope.purpose, now };
  const bySubject = new Map<string, ServiceEvent[]>();
  for (const event of told) {
    if (event.kind === 'deletion.completed') continue;
    bySubject.set(event.subjectId, [...(bySubject.get(event.subjectId) ?? []), event]);
  }
  await recordDisclosures(
    tx,
    [...bySubject].flatMap(([subjectId, own]) =>
      people.get(subjectId)?.status === 'erasing'
        ? []
        : distinct(own.flatMap(({ kind }) => leaves[kind] ?? [])).map(({ table, columns }) => ({
            subjectId,
            recipient: scope.serviceId,
            table,
            columns,
            ...common,
          })),
    ),
  );
  await recordAudits(
    tx,
    deps.vault,
    [...bySubject].map(([subjectId, own]) => ({
      ...common,
      action: 'service.told' as const,
      actor,
      subjectId,
      sections: [...new Set(own.flatMap(({ kind }) => leaves[kind]?.section ?? []))],
      requestId,
      details: {
        procedure: scope.procedure,
        told: own.map(({ kind, codes }) => [kind, ...codes].join(' ')),
      },
    })),
  );
  const gone = told.filter(({ kind }) => kind === 'deletion.completed').length;
  if (gone > 0) {
    await recordAudit(tx, deps.vault, {
      ...common,
      action: 'service.told',
      actor,
      subjectId: null,
      reference: `${scope.procedure} deleted:${gone}`,
      requestId,
    });
  }
  return told;
}

function distinct<T extends { table: string; columns: readonly string[] }>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [`${one.table} ${one.columns}`, one])).values()];
}

function writeCursor(position: number): string {
  return Buffer.from(`after ${position}`).toString('base64url');
}

function readCursor(cursor: string): number {
  const position = /^after (\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (position === undefined) throw new DomainError('INPUT_REFUSED');
  return Number(position);
}
