import { eq } from 'drizzle-orm';
import { account } from '../../../db/schema/account.ts';
import { gpuSession } from '../../../db/schema/usage.ts';
import { insertCustomer } from '../../../server/testing/people.ts';
import { done } from '../browser.ts';
import { knownServices, type Services } from '../services.ts';
import type { Arena } from './arena.ts';
import type { Prize } from './prize.ts';

let known: Promise<Services> | null = null;
const servicesOf = ({ portal }: Arena): Promise<Services> => {
  known ??= knownServices(portal);
  return known;
};

/** Calls of services: what is signed is good once, what has a key happens once. */
export const calls: Prize[] = [
  {
    name: 'signed call of a service (its jti)',
    async ready(arena) {
      const services = await servicesOf(arena);
      const { subjectId } = await insertCustomer(arena.portal.deps);
      const send = await services.sign({
        service: 'mailer',
        procedure: 'consent.mayContact',
        purpose: 'marketing',
        input: { subjectId, topic: 'product_news', channel: 'email' },
      });
      return { grab: async () => (await send()).code === null };
    },
  },
  {
    name: 'account that a service provisions under one key',
    async ready(arena) {
      const services = await servicesOf(arena);
      const { deps } = arena.portal;
      const key = crypto.randomUUID();
      const email = `${key}@example.test`;
      const input = { key, email, displayName: 'Ada Lovelace', country: 'DE', language: 'en' };
      return {
        async grab() {
          const answer = await services.call({
            service: 'billing',
            procedure: 'account.provision',
            input,
          });
          return done<{ created: boolean }>(answer).created;
        },
        left: () =>
          deps.connection.db.$count(account, eq(account.emailIndex, deps.vault.emailIndex(email))),
      };
    },
  },
  {
    name: 'row that a service reports under one key',
    async ready(arena) {
      const services = await servicesOf(arena);
      const { deps } = arena.portal;
      const { subjectId } = await insertCustomer(deps);
      const ended = new Date(Date.now() - 3_600_000);
      const row = {
        key: crypto.randomUUID(),
        subjectId,
        gpuType: 'H100',
        gpuCount: 1,
        milliGpu: 1_000,
        cpuMilli: 8_000,
        memoryMib: 65_536,
        dataCentre: 'frankfurt',
        image: null,
        qualityOfService: null,
        startedAt: new Date(ended.getTime() - 3_600_000).toISOString(),
        endedAt: ended.toISOString(),
        bytesIn: 1,
        bytesOut: 2,
      };
      return {
        async grab() {
          const answer = await services.call({
            service: 'scheduler',
            procedure: 'usage.report',
            input: { rows: [row] },
          });
          return done<{ taken: number }>(answer).taken === 1;
        },
        left: () => deps.connection.db.$count(gpuSession, eq(gpuSession.subjectId, subjectId)),
      };
    },
  },
];
