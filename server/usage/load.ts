import { createHash } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { addPeriod } from '../../db/data-map/keeps.ts';
import { ensurePartitions } from '../../db/partitions.ts';
import { account } from '../../db/schema/account.ts';
import { gpuSession, gpuSessionEntry } from '../../db/schema/usage.ts';
import { recordAudit } from '../audit/record.ts';
import { newId } from '../crypto/token.ts';
import type { Deps } from '../deps.ts';
import { claimKeys } from '../ingest/claim-keys.ts';
import { gpuSeconds } from './gpu-seconds.ts';
import { type LineProblem, type PodRun, parseTrace } from './parse.ts';

const BATCH = 1_000;
const SOURCE = 'usage-file';

export type LoadResult =
  | { loaded: number; known: number; neverRan: number; problems: [] }
  | { loaded: 0; known: 0; neverRan: 0; problems: LineProblem[] };

const refused = (problems: LineProblem[]): LoadResult => ({
  loaded: 0,
  known: 0,
  neverRan: 0,
  problems,
});

/**
 * Takes over a cluster's trace as one customer's GPU sessions: all of it in one transaction, or nothing.
 * A pod that was loaded before is not loaded again; one that comes back with other values is a problem.
 *
 * @param epoch moment the trace's seconds count from
 */
export async function loadUsage(
  deps: Deps,
  {
    file,
    epoch,
    email,
    requestId,
    now,
  }: { file: Uint8Array; epoch: Date; email: string; requestId: string; now: Date },
): Promise<LoadResult> {
  const { runs, neverRan, problems } = parseTrace(file);
  if (problems.length > 0) return refused(problems);
  const outside = timeProblems(runs, epoch, now);
  if (outside.length > 0) return refused(outside);
  const { db, sql } = deps.connection;
  const [person] = await db
    .select({ subjectId: account.subjectId, status: account.status })
    .from(account)
    .where(and(eq(account.emailIndex, deps.vault.emailIndex(email)), eq(account.role, 'customer')));
  if (!person)
    return refused([{ line: 0, problem: 'there is no customer with this e-mail address' }]);
  if (person.status !== 'active')
    return refused([{ line: 0, problem: 'this account waits for its deletion' }]);
  const { subjectId } = person;
  const starts = runs.map((run) => momentOf(epoch, run.scheduledAt).getTime());
  if (starts.length > 0) {
    await ensurePartitions(sql, {
      from: new Date(starts.reduce((a, b) => Math.min(a, b))),
      to: new Date(starts.reduce((a, b) => Math.max(a, b))),
    });
  }
  return db
    .transaction(async (tx) => {
      let loaded = 0;
      const changed: LineProblem[] = [];
      const sender = `${SOURCE}:${subjectId}`;
      for (let start = 0; start < runs.length; start += BATCH) {
        const batch = runs.slice(start, start + BATCH);
        const reports = batch.map((run) => ({
          key: run.name,
          subjectId,
          contentHash: hashOf(run, epoch),
        }));
        const outcomes = await claimKeys(tx, { sender, reports, now });
        const rows = batch
          .filter((_, index) => outcomes[index] === 'fresh')
          .map((run) => sessionOf(run, { subjectId, epoch, now }));
        if (rows.length > 0) await tx.insert(gpuSession).values(rows);
        loaded += rows.length;
        changed.push(
          ...batch.filter((_, index) => outcomes[index] === 'changed').map(changedProblem),
        );
      }
      if (changed.length > 0) throw new Changed(changed);
      await recordAudit(tx, deps.vault, {
        action: 'usage.loaded',
        actor: { kind: 'system', job: 'operator.load-usage' },
        subjectId,
        purpose: 'provide_compute',
        sections: ['usage'],
        requestId,
        details: { loaded, known: runs.length - loaded },
        now,
      });
      return { loaded, known: runs.length - loaded, neverRan, problems: [] as [] };
    })
    .catch((cause: unknown) => {
      if (cause instanceof Changed) return refused(cause.problems);
      throw cause;
    });
}

/** Undoes the transaction when a known pod comes back with other values. */
class Changed extends Error {
  override name = 'Changed';
  readonly problems: LineProblem[];
  constructor(problems: LineProblem[]) {
    super('changed');
    this.problems = problems;
  }
}

function changedProblem({ line, name }: PodRun): LineProblem {
  return { line, problem: `${name} was loaded before with other values or another epoch` };
}

/** What has not happened yet, and what would have to be deleted at once, is not loaded. */
function timeProblems(runs: readonly PodRun[], epoch: Date, now: Date): LineProblem[] {
  const { retention } = gpuSessionEntry;
  return runs.flatMap(({ line, deletedAt }) => {
    const ended = momentOf(epoch, deletedAt);
    if (ended > now)
      return [
        {
          line,
          problem: `ends on ${ended.toISOString().slice(0, 10)}, which is to come; choose an earlier epoch`,
        },
      ];
    if (
      typeof retention !== 'string' &&
      'period' in retention &&
      addPeriod(ended, retention.period) <= now
    ) {
      return [
        {
          line,
          problem: `ended on ${ended.toISOString().slice(0, 10)}, which is past its delete-on date; choose a later epoch`,
        },
      ];
    }
    return [];
  });
}

function sessionOf(
  run: PodRun,
  { subjectId, epoch, now }: { subjectId: string; epoch: Date; now: Date },
): typeof gpuSession.$inferInsert {
  const seconds = run.deletedAt - run.scheduledAt;
  return {
    id: newId(now),
    subjectId,
    gpuType: run.gpuCount === 0 ? null : (run.gpuSpec ?? 'any'),
    gpuCount: run.gpuCount,
    milliGpu: run.milliGpu,
    cpuMilli: run.cpuMilli,
    memoryMib: run.memoryMib,
    dataCentre: 'elsewhere',
    image: null,
    qualityOfService: run.qos,
    startedAt: momentOf(epoch, run.scheduledAt),
    endedAt: momentOf(epoch, run.deletedAt),
    gpuSeconds: gpuSeconds({ ...run, seconds }),
    bytesIn: 0,
    bytesOut: 0,
    sourceSystem: SOURCE,
    sourceKey: run.name,
  };
}

function momentOf(epoch: Date, seconds: number): Date {
  return new Date(epoch.getTime() + seconds * 1_000);
}

function hashOf({ line: _line, ...run }: PodRun, epoch: Date): string {
  return createHash('sha256')
    .update(JSON.stringify([epoch.toISOString(), run]))
    .digest('hex');
}
