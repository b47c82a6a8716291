import { asc, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { type Recipient, recipients } from '../../../db/data-map/vocabulary.ts';
import { holder } from '../../../db/schema/service.ts';

/** A system outside EaseLLM that holds data of our customers. */
export type Holder = {
  id: string;
  name: string;
  country: string;
  safeguard: string;
  /** Whether it asks this portal for its tasks. */
  connected: boolean;
};

/** All holders, by name. */
export async function allHolders(tx: Tx): Promise<Holder[]> {
  const rows = await tx.select().from(holder).orderBy(asc(holder.name));
  return rows.map(({ id, name, country, safeguard, serviceId }) => ({
    id,
    name,
    country,
    safeguard,
    connected: serviceId !== null,
  }));
}

/** Keeps the table of holders as the vocabulary has it; who is connected stays as it is. */
export async function publishHolders(tx: Tx): Promise<void> {
  await tx
    .insert(holder)
    .values(
      (Object.keys(recipients) as Recipient[]).map((id) => {
        const { name, country, safeguard } = recipients[id];
        return { id, name, country, safeguard };
      }),
    )
    .onConflictDoUpdate({
      target: holder.id,
      set: {
        name: sql`excluded.name`,
        country: sql`excluded.country`,
        safeguard: sql`excluded.safeguard`,
      },
    });
}
