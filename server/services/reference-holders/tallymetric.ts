import type { PersonAtHolder, TaskResult } from '../contract/tasks.ts';
import { PortRefusal, type SubjectPort } from '../port.ts';
import { recordStore } from './store.ts';

export type TallymetricProfile = {
  firstSeenAt: string;
  lastSeenAt: string;
  segment: string;
  restricted: boolean;
};
export type TallymetricEvent = { happenedAt: string; event: string; surface: string };
type Tracked = { profile: TallymetricProfile; events: TallymetricEvent[] };

/** The stores of the product-analytics provider, below its own folder. */
export function tallymetricStores(dir: string, options?: { durable?: boolean }) {
  return {
    /** By account: it knows nobody's name. */
    tracked: recordStore<Tracked>(dir, 'tracked', options),
    /** By account: what an erasure did, until it is verified. */
    erasures: recordStore<TaskResult<'erase'>>(dir, 'erasures', options),
  };
}

/** The product-analytics provider as a holder. */
export function tallymetricPort(dir: string, clock: () => Date = () => new Date()): SubjectPort {
  const { tracked, erasures } = tallymetricStores(dir);

  async function records({ account }: PersonAtHolder): Promise<TaskResult<'export'>> {
    const known = await tracked.get(account);
    return {
      takenAt: clock().toISOString(),
      data: { profile: known ? [known.profile] : [], events: known?.events ?? [] },
    };
  }

  return {
    describe: async () => ({
      lists: {
        profile: 'Since when somebody was seen, and the group of users they were put into.',
        events: 'Which features were used, where and when.',
      },
      correctable: [],
    }),
    read: records,
    export: records,
    async correct() {
      throw new PortRefusal('unknown_field');
    },
    async restrict({ account }, { restricted }) {
      const known = await tracked.get(account);
      if (!known) return { records: 0 };
      await tracked.put(account, { ...known, profile: { ...known.profile, restricted } });
      return { records: 1 };
    },
    async erase({ account }) {
      const known = await tracked.get(account);
      const begun = await erasures.get(account);
      const result = begun ?? { records: known ? 1 + known.events.length : 0, kept: null };
      // Written first: an erasure that is interrupted still says what it did.
      await erasures.put(account, result);
      await tracked.remove(account);
      return result;
    },
    async verifyErased({ account }) {
      const known = await tracked.get(account);
      if (!known) await erasures.remove(account);
      return { remaining: known ? 1 + known.events.length : 0 };
    },
  };
}
