import type { supportMessage, supportTicket } from '../schema/support.ts';
import { customerStory } from './customer-story.ts';
import type { Person, World } from './people.ts';
import { personas } from './personas.ts';
import { daysAfter, earlier } from './random.ts';

export type TicketRow = typeof supportTicket.$inferInsert;
type SupportRows = { tickets: TicketRow[]; messages: (typeof supportMessage.$inferInsert)[] };
type Ticket = {
  openedAt: Date;
  closedAt: Date | null;
  subject: string;
  thread: readonly (readonly ['customer' | 'support', string])[];
};

const TOPICS = [
  [
    'Session does not start',
    'My session has been waiting for a GPU since this morning.',
    'There was a shortage of that type; it has started now. We are sorry for the wait.',
  ],
  [
    'Question about an invoice',
    'Why is the last invoice higher than the one before?',
    'You used more GPU hours in that month; the lines of the invoice show how many.',
  ],
  [
    'Volume is full',
    'Can I make a volume larger without losing what is on it?',
    'Yes: resize it in the console, then grow the file system. Nothing is lost.',
  ],
  [
    'API answers 429',
    'Our pipeline gets 429 from the sessions route. What is the limit?',
    'Twenty calls a second for each key. Please back off for as long as the answer says.',
  ],
  [
    'Card was refused',
    'My new card was refused although it is valid.',
    'The bank asked for a confirmation that timed out. Please add it once more.',
  ],
  [
    'Where is my data?',
    'In which country do my sessions run?',
    'In the data centre you choose for each session; the console shows it.',
  ],
] as const;

/** Tickets with what was written, oldest first. */
export function supportRows(world: World, person: Person): SupportRows {
  const tickets = person.persona === 'customer' ? storyTickets(world) : someTickets(world, person);
  return ticketRows(world, person, tickets);
}

function storyTickets({ now, launch }: World): Ticket[] {
  return customerStory.tickets.map((ticket) => {
    // A short first month can make the launch later than the oldest ticket.
    const openedAt = new Date(
      Math.max(daysAfter(now, -ticket.daysAgo).getTime(), daysAfter(launch, 1).getTime()),
    );
    return {
      ...ticket,
      openedAt,
      closedAt: ticket.days === null ? null : daysAfter(openedAt, ticket.days),
    };
  });
}

function someTickets(world: World, person: Person): Ticket[] {
  if (person.sessions === 0) return [];
  const random = world.random(`tickets/${person.subjectId}`);
  // Customers one signs in as have something for support to help with.
  const waiting = person.persona ? 1 : 0;
  const length = waiting + random.pick([0, 0, 1, 1, 2, 3]);
  return Array.from({ length }, (_ticket, number) => {
    const [subject, question, answer] = random.pick(TOPICS);
    if (number < waiting)
      return {
        openedAt: daysAfter(world.now, -0.5),
        closedAt: null,
        subject,
        thread: [['customer', `${question} ${person.displayName}`]],
      };
    const openedAt = random.moment(daysAfter(person.createdAt, 1), daysAfter(world.now, -0.5));
    const closes = daysAfter(openedAt, random.int(1, 6));
    return {
      openedAt,
      closedAt: closes > world.now ? null : closes,
      subject,
      thread: [
        ['customer', `${question} ${person.displayName}`],
        ['support', answer],
      ],
    };
  });
}

function ticketRows(world: World, person: Person, tickets: readonly Ticket[]): SupportRows {
  const { vault, now } = world;
  const random = world.random(`support/${person.subjectId}`);
  const rows: SupportRows = { tickets: [], messages: [] };
  const own = { subjectId: person.subjectId };
  for (const { openedAt, closedAt, subject, thread } of tickets) {
    const ticketId = random.id(openedAt);
    const agent = personas[random.pick(['support', 'support-second'] as const)].staffLabel ?? '';
    rows.tickets.push({
      ...own,
      id: ticketId,
      reference: `T-${openedAt.getUTCFullYear()}-${random.digits(7)}`,
      subjectLine: vault.seal(person.key, 'support_ticket.subject_line', subject),
      kind: 'question',
      state: closedAt ? 'closed' : 'open',
      openedAt,
      dueAt: daysAfter(openedAt, 5),
      closedAt,
    });
    const last = earlier(closedAt ?? now, daysAfter(openedAt, 1));
    const step = (last.getTime() - openedAt.getTime()) / thread.length;
    for (const [index, [author, body]] of thread.entries()) {
      const sentAt = new Date(Math.floor(openedAt.getTime() + index * step));
      rows.messages.push({
        ...own,
        id: random.id(sentAt),
        ticketId,
        author,
        authorLabel: author === 'customer' ? 'You' : agent,
        body: vault.seal(person.key, 'support_message.body', body),
        sentAt,
      });
    }
  }
  return rows;
}
