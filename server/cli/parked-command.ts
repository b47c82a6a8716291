import { z } from 'zod';
import { recordAudit } from '../audit/record.ts';
import { newId } from '../crypto/token.ts';
import type { Deps } from '../deps.ts';
import { listParked, release } from '../jobs/parked.ts';

/**
 * Lists the jobs that wait for a person, or lets one of them go on.
 *
 * @returns the exit code: 1 when the job to go on is not parked
 */
export async function parkedCommand(deps: Deps, [id]: string[]): Promise<number> {
  const { connection, vault } = deps;
  const now = deps.clock();
  const known = z.uuid().safeParse(id);
  const done = await connection.db.transaction(async (tx) => {
    await recordAudit(tx, vault, {
      action: 'operator.ran',
      actor: { kind: 'system', job: id === undefined ? 'operator.parked' : 'operator.release' },
      subjectId: null,
      purpose: 'accountability',
      requestId: newId(now),
      ...(known.success ? { reference: known.data } : {}),
      now,
    });
    if (id === undefined) return { parked: await listParked(tx) };
    return { released: known.success && (await release(tx, { id: known.data, now })) };
  });
  if (done.parked) {
    if (done.parked.length === 0) console.log('No job waits for a person.');
    for (const { id: job, kind, interruptions, runAt } of done.parked)
      console.log(
        `${job}  ${kind.padEnd(18)} interrupted ${interruptions} times, next try ${runAt.toISOString()}`,
      );
    return 0;
  }
  console.log(done.released ? 'It goes on now.' : `No parked job has the id ${id}.`);
  return done.released ? 0 : 1;
}
