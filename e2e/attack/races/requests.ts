import { and, eq } from 'drizzle-orm';
import { auditEvent } from '../../../db/schema/audit.ts';
import { outboundMail } from '../../../db/schema/mail.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import type { AuditAction } from '../../../server/audit/actions.ts';
import { insertCustomer, type Person } from '../../../server/testing/people.ts';
import { type Browser, done } from '../browser.ts';
import { type Arena, provedFor, signedIn } from './arena.ts';
import type { Prize } from './prize.ts';

const accepted = ({ code }: { code: string | null }) => code === null;

/** Requests: of a hundred that ask for the same, one is taken, with one letter and one event. */
export const requests: Prize[] = [
  {
    name: 'copy of everything',
    async ready(arena) {
      const ada = await insertCustomer(arena.portal.deps);
      const { browser } = await signedIn(arena, ada);
      const input = { sections: ['account'] };
      return {
        grab: async () => accepted(await browser.call('requests.askCopy', input)),
        left: () => traces(arena, ada, 'request.copy_asked', 'copy_asked'),
      };
    },
  },
  {
    name: 'deletion, with its step-up',
    async ready(arena) {
      const ada = await insertCustomer(arena.portal.deps);
      const { browser } = await signedIn(arena, ada, provedFor('erasure_confirm'));
      const input = await confirmation(browser, ada);
      return {
        grab: async () => accepted(await browser.call('requests.confirmErasure', input)),
        left: () => traces(arena, ada, 'request.erasure_asked', 'erasure_scheduled'),
      };
    },
  },
  {
    name: 'taking a deletion back',
    async ready(arena) {
      const ada = await insertCustomer(arena.portal.deps);
      const { browser } = await signedIn(arena, ada, provedFor('erasure_confirm'));
      const input = await confirmation(browser, ada);
      const { reference } = done<{ reference: string }>(
        await browser.call('requests.confirmErasure', input),
      );
      return {
        grab: async () => accepted(await browser.call('requests.cancelErasure', { reference })),
      };
    },
  },
];

async function confirmation(browser: Browser, { email }: Person) {
  const { planHash } = done<{ planHash: string }>(await browser.call('requests.previewErasure'));
  return { planHash, email, graceDays: 7, acknowledged: true };
}

/** One, when there is one request, one event and one letter; else how many there are of the most. */
async function traces(
  { portal }: Arena,
  { subjectId }: Person,
  action: AuditAction,
  template: 'copy_asked' | 'erasure_scheduled',
): Promise<number> {
  const { db } = portal.deps.connection;
  const counts = [
    await db.$count(dataSubjectRequest, eq(dataSubjectRequest.subjectId, subjectId)),
    await db.$count(
      auditEvent,
      and(eq(auditEvent.subjectId, subjectId), eq(auditEvent.action, action)),
    ),
    await db.$count(
      outboundMail,
      and(eq(outboundMail.subjectId, subjectId), eq(outboundMail.template, template)),
    ),
  ];
  return Math.min(...counts) === 1 ? Math.max(...counts) : 0;
}
