import { CURRENT_POLICY_VERSION, EFFECTIVE_AT } from '../../server/policy/version.ts';
import type { invoice } from '../schema/billing.ts';
import type { consentEvent, consentTopics } from '../schema/consent.ts';
import type { outboundMail } from '../schema/mail.ts';
import type { Person, World } from './people.ts';
import { daysAfter, later, monthStart } from './random.ts';
import type { TicketRow } from './support-rows.ts';

export type MailRow = typeof outboundMail.$inferInsert;
export type ConsentRow = typeof consentEvent.$inferInsert;
type InvoiceRow = typeof invoice.$inferInsert;

const TOPICS = [
  'product_news',
  'events',
  'surveys',
  'research',
] as const satisfies readonly (typeof consentTopics)[number][];
const NEWS_MONTHS = 4;

/** What the person said yes and no to, by themselves, on the preferences page. */
export function consentRows(world: World, person: Person): ConsentRow[] {
  if (person.sessions === 0) return [];
  const random = world.random(`consent/${person.subjectId}`);
  const said = (
    topic: (typeof TOPICS)[number],
    granted: boolean,
    occurredAt: Date,
  ): ConsentRow => ({
    id: random.id(occurredAt),
    subjectId: person.subjectId,
    topic,
    channel: 'email',
    granted,
    actorKind: 'subject',
    sessionHandle: random.id(occurredAt),
    source: 'preferences_page',
    policyVersion: CURRENT_POLICY_VERSION,
    occurredAt,
  });
  return TOPICS.flatMap((topic) => {
    const wanted = person.persona === 'customer' ? topic !== 'surveys' : random.chance(0.3);
    if (!wanted) return [];
    // Nobody agreed to a wording before it was in force.
    const grantedAt = random.moment(
      later(person.createdAt, EFFECTIVE_AT),
      daysAfter(world.now, -20),
    );
    const withdrawn = person.persona === 'customer' ? topic === 'events' : random.chance(0.3);
    const yes = said(topic, true, grantedAt);
    return withdrawn ? [yes, said(topic, false, random.moment(grantedAt, world.now))] : [yes];
  });
}

/** Messages that were sent: the welcome, invoices, answers of support, and news to who wanted it. */
export function mailRows(
  world: World,
  {
    person,
    invoices,
    tickets,
    consents,
  }: {
    person: Person;
    invoices: readonly InvoiceRow[];
    tickets: readonly TicketRow[];
    consents: readonly ConsentRow[];
  },
): MailRow[] {
  const { vault } = world;
  const random = world.random(`mails/${person.subjectId}`);
  const write = ({
    template,
    optional = false,
    subject,
    text,
    event,
    at,
  }: {
    template: string;
    optional?: boolean;
    subject: string;
    text: string;
    event: string;
    at: Date;
  }): MailRow => ({
    id: random.id(at),
    subjectId: person.subjectId,
    template,
    optional,
    toAddress: vault.seal(person.key, 'outbound_mail.to_address', person.email),
    subjectLine: vault.seal(person.key, 'outbound_mail.subject_line', subject),
    bodyText: vault.seal(
      person.key,
      'outbound_mail.body_text',
      `Hello ${person.displayName},\n\n${text}\n\nEaseLLM\n`,
    ),
    dedupeKey: `${event}:${random.id(at)}`,
    state: 'sent',
    createdAt: at,
    sentAt: new Date(at.getTime() + random.int(400, 20_000)),
  });
  if (person.role !== 'customer') return [];
  return [
    write({
      template: 'welcome',
      subject: `Welcome to EaseLLM, ${person.displayName}`,
      text: 'Your account is ready. What we hold about you, and why, is in the privacy portal.',
      event: 'welcome',
      at: daysAfter(person.createdAt, 0.005),
    }),
    ...invoices.map(({ number, issuedAt }) =>
      write({
        template: 'invoice_issued',
        subject: `Invoice ${number}`,
        text: `Your invoice ${number} is in the console under Billing.`,
        event: 'invoice',
        at: daysAfter(issuedAt, 0.02),
      }),
    ),
    ...tickets
      .filter(({ closedAt }) => closedAt)
      .map(({ reference, closedAt }) =>
        write({
          template: 'case_closed',
          subject: `Your case ${reference} is closed`,
          text: `We have closed ${reference}. Write to us if anything is still open.`,
          event: 'case',
          at: closedAt ?? world.now,
        }),
      ),
    ...newsDates(world, consents).map((at) =>
      write({
        template: 'product_news',
        optional: true,
        subject: `News for ${person.displayName}, ${at.toISOString().slice(0, 7)}`,
        text: 'New templates, lower prices at night, and what changes next month.',
        event: 'news',
        at,
      }),
    ),
  ].filter(({ sentAt }) => sentAt && sentAt <= world.now);
}

/** The tenth of each of the last months, as long as product news was allowed on that day. */
function newsDates({ now }: World, consents: readonly ConsentRow[]): Date[] {
  const said = consents.filter(({ topic }) => topic === 'product_news');
  return Array.from({ length: NEWS_MONTHS }, (_, index) =>
    daysAfter(monthStart(now, index + 1 - NEWS_MONTHS), 9.4),
  ).filter((day) => said.filter(({ occurredAt }) => occurredAt <= day).at(-1)?.granted === true);
}
