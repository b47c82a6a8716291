import type postgres from 'postgres';
import { ensureMonthsOf } from '../../../db/partitions.ts';
import { partitionedTables } from '../../../db/schema/partitions.ts';
import { canonicalJson, type Json, sha256 } from '../../crypto/canonical.ts';
import { type ClaimOutcome, claimKeys, releaseKeys } from '../../ingest/claim-keys.ts';
import type { OutputOf } from '../contract/index.ts';
import type { RowAnswer } from '../contract/report.ts';
import { customersAmong, staying } from '../people.ts';
import { takeSubjects } from '../scopes.ts';
import type { ServiceCall } from '../trpc.ts';
import { problemOf, type RowProblem } from './judge.ts';
import type { AnyRow, ReportKind } from './kind.ts';
import { type Candidate, readRows } from './read-rows.ts';
import { recordReport } from './record.ts';

/**
 * Takes over a batch of rows, each by itself: what cannot be taken is answered with its reason and keeps
 * nothing else out. What was taken before is known, and is not taken again. All that is taken commits
 * with one record for each person it is about.
 */
export async function takeReport<R extends AnyRow>(
  call: ServiceCall,
  kind: ReportKind<R>,
  rows: readonly unknown[],
): Promise<OutputOf<'usage.report'>> {
  const { deps, scope, now } = call;
  const { db, sql } = deps.connection;
  const { readable, answers } = readRows(kind, rows);
  const named = [...new Set(readable.map(({ row }) => row.subjectId))];
  const before = await customersAmong(db, named);
  const about = staying(before);
  await takeSubjects(db, scope, {
    subjectIds: about,
    strangers: named.length - about.length,
    now,
  });
  const likely = readable.filter(({ row }) => !problemOf(kind, { row, people: before, now }));
  await makeMonths(sql, kind, likely);
  const sender = `${scope.serviceId}:${scope.procedure}`;
  await db.transaction(async (tx) => {
    const people = await customersAmong(tx, named, { lock: true });
    const good = readable.filter((candidate) => {
      const problem = problemOf(kind, { row: candidate.row, people, now });
      if (problem) answers[candidate.index] = answerOf(candidate, 'refused', problem);
      return !problem;
    });
    const outcomes = await claimKeys(tx, { sender, reports: good.map(reportedAs), now });
    const fresh = good.filter((_, index) => outcomes[index] === 'fresh').map(({ row }) => row);
    const keys = await deps.vault.subjectKeys(
      tx,
      fresh.map(({ subjectId }) => subjectId),
    );
    const { vault } = deps;
    const blocked = await kind.write(tx, fresh, {
      vault,
      keys,
      serviceId: scope.serviceId,
      now,
    });
    await releaseKeys(tx, { sender, keys: [...blocked] });
    good.forEach((candidate, index) => {
      answers[candidate.index] = settled(candidate, outcomes[index] ?? 'changed', blocked);
    });
    await recordReport(tx, call, {
      section: kind.section,
      rows: readable.flatMap(({ index, row: { subjectId } }) =>
        people.has(subjectId) ? [{ index, subjectId }] : [],
      ),
      answers,
    });
  });
  const count = (outcome: RowAnswer['outcome']) =>
    answers.filter((answer) => answer.outcome === outcome).length;
  return {
    taken: count('taken'),
    known: count('known'),
    refused: count('refused'),
    rows: answers,
  };
}

/**
 * Makes the months that rows need and lack: only of rows that will be taken, and apart from their
 * transaction, for a new month locks its table until it is committed.
 */
async function makeMonths<R extends AnyRow>(
  sql: postgres.Sql,
  kind: ReportKind<R>,
  likely: readonly Candidate<R>[],
): Promise<void> {
  const months = likely.flatMap(({ row }) => kind.month?.(row) ?? []);
  for (const { table } of partitionedTables) {
    const moments = months.filter((month) => month.table === table).map(({ at }) => at);
    await ensureMonthsOf(sql, { table, moments });
  }
}

function reportedAs<R extends AnyRow>({ row }: Candidate<R>) {
  const contentHash = sha256(canonicalJson(row as unknown as Json));
  return { key: row.key, subjectId: row.subjectId, contentHash };
}

function settled<R extends AnyRow>(
  candidate: Candidate<R>,
  outcome: ClaimOutcome,
  blocked: ReadonlySet<string>,
): RowAnswer {
  if (outcome === 'changed')
    return answerOf(candidate, 'refused', { code: 'KEY_HAS_OTHER_CONTENT', field: 'key' });
  if (blocked.has(candidate.row.key))
    return answerOf(candidate, 'refused', { code: 'NUMBER_TAKEN', field: 'number' });
  return answerOf(candidate, outcome === 'known' ? 'known' : 'taken');
}

function answerOf<R extends AnyRow>(
  { index, row }: Candidate<R>,
  outcome: RowAnswer['outcome'],
  problem: RowProblem | null = null,
): RowAnswer {
  return {
    index,
    key: row.key,
    outcome,
    code: problem?.code ?? null,
    field: problem?.field ?? null,
  };
}
