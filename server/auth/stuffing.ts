import { z } from 'zod';
import { defineJob, enqueue, type JobDefinition } from '../jobs/define.ts';
import { queueMail } from '../mail/queue.ts';
import { whoIsTold } from '../staff/who-is-told.ts';
import type { Context } from '../trpc/context.ts';
import { budgets, take } from './limits.ts';

/** So many wrong passwords a day are no slip of the pen: then an address counts as tried. */
const TRIED_AT = 3;

const payload = z.strictObject({ endsAt: z.iso.datetime() });
type Payload = z.infer<typeof payload>;

/** The letter to officers that lists of passwords are tried out, once for each day of a count. */
export const addressesTriedJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'auth.addresses_tried',
  maxAttempts: 8,
  parse: (value) => payload.parse(value),
  async run({ deps, tx, payload: { endsAt }, now }) {
    for (const accountId of await whoIsTold(tx))
      await queueMail(tx, deps.vault, {
        subjectId: accountId,
        template: 'addresses_tried',
        params: { most: budgets.addressesTried.points, wrong: TRIED_AT },
        dedupeKey: `addresses_tried:${endsAt}:${accountId}`,
        now,
      });
    return 'done';
  },
});

/**
 * Notes that an address was tried. One try an hour at each of a thousand accounts passes under every budget of
 * one account: what shows it is how many addresses are tried in a day, whether somebody has them or not. Beyond
 * what slips of the pen come to, officers are told, once; the figure is in the metrics at any time.
 *
 * @param points wrong passwords of the address that were looked at in the day that runs
 */
export async function noteTried(
  { deps, now }: Pick<Context, 'deps' | 'now'>,
  { points }: { points: number },
): Promise<void> {
  if (points !== TRIED_AT) return;
  const { over, endsAt } = await take(deps, budgets.addressesTried, { of: 'all', now });
  if (!over) return;
  const told = await take(deps, budgets.addressesTriedTold, { of: 'all', now, endsAt });
  if (told.over) return;
  await deps.connection.db.transaction((tx) =>
    enqueue(tx, addressesTriedJob, { payload: { endsAt: endsAt.toISOString() }, now }),
  );
}
