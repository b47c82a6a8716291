import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Tx } from '../../../db/connect.ts';
import { fieldLabels } from '../../../db/data-map/held.ts';
import { type MapTable, subjectTables } from '../../../db/data-map/index.ts';
import { account } from '../../../db/schema/account.ts';
import type { Deps } from '../../deps.ts';
import { defineJob, type JobDefinition } from '../../jobs/define.ts';
import { queueMail } from '../../mail/queue.ts';
import { addNotice } from '../../overview/notices.ts';
import { type Hold, holdReference, readHold, stateOf } from './hold.ts';

type Told = { hold: Hold; now: Date };

const payload = z.object({ holdId: z.uuid() });
type Payload = z.infer<typeof payload>;

/** Tells of a hold on the day on which a legal bar ends. */
export const holdTellJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'hold.tell',
  maxAttempts: 8,
  parse: (value) => payload.parse(value),
  async run({ deps, tx, payload: { holdId }, now }) {
    const hold = await readHold(tx, holdId);
    if (!hold) return 'done';
    // One that was released before was told of then.
    if (stateOf(hold, now) !== 'released') await tellPlaced(tx, deps, { hold, now });
    return 'done';
  },
});

export const holdJobs = [holdTellJob];

/** Tells a person in the portal and by mail that something of theirs is held, why, and until when. */
export async function tellPlaced(tx: Tx, deps: Deps, { hold, now }: Told): Promise<void> {
  await tell(tx, deps, { hold, now, event: 'hold_placed' });
}

/**
 * Tells that a hold has ended before its day, and with it a legal bar: of one that its person could not be
 * told of, also that it was. While an account is being erased its last letter tells.
 */
export async function tellReleased(tx: Tx, deps: Deps, { hold, now }: Told): Promise<void> {
  await tell(tx, deps, { hold, now, event: 'hold_released' });
}

async function tell(
  tx: Tx,
  deps: Deps,
  { hold, now, event }: Told & { event: 'hold_placed' | 'hold_released' },
): Promise<void> {
  const { id, subjectId, ground, endsAt, noticeFrom } = hold;
  const [person] = await tx
    .select({ status: account.status, timeZone: account.timeZone })
    .from(account)
    .where(eq(account.subjectId, subjectId));
  if (!person || (event === 'hold_released' && person.status === 'erasing')) return;
  const reference = holdReference(hold);
  const table = subjectTables.find(({ sqlName }) => sqlName === hold.tableName);
  await addNotice(tx, { subjectId, kind: event, reference, now });
  await queueMail(tx, deps.vault, {
    subjectId,
    template: event,
    params: {
      reference,
      what: whatIsHeld(hold, table),
      ground,
      kept: (table?.keep ?? null) !== null,
      barred: noticeFrom !== null && noticeFrom > now,
      until: dayInWords(endsAt),
      link: `${deps.env.PUBLIC_URL}/data/records`,
    },
    dedupeKey: `${event}:${id}`,
    now,
  });
}

/** “Support messages”, or “Support messages (Message, Sent)” where it is on some fields alone. */
function whatIsHeld({ tableName, fields }: Hold, table: MapTable | undefined): string {
  if (!table) return tableName;
  return fields ? `${table.title} (${fieldLabels(table, fields).join(', ')})` : table.title;
}

/** Holds end by whole days of UTC. */
function dayInWords(moment: Date): string {
  const style = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat('en-GB', style).format(moment);
}
