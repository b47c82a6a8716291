import { grantMac } from '../../server/auth/grant-stands.ts';
import type { impersonationGrant } from '../schema/staff.ts';
import { type Person, personOf, type World } from './people.ts';
import { daysAfter, earlier } from './random.ts';
import type { TicketRow } from './support-rows.ts';

export type GrantRow = typeof impersonationGrant.$inferSelect;

const MINUTE = 1 / 1_440;
const reasonFor = (ticket: string) =>
  `To answer what you asked in ${ticket} I look at your account and what you used.`;

/** Views that support had: the desk looks at who writes to it; the customer in Munich was seen twice, by two people. */
export function grantRows(
  world: World,
  { person, tickets }: { person: Person; tickets: readonly TicketRow[] },
): GrantRow[] {
  const { vault, now } = world;
  const random = world.random(`views/${person.subjectId}`);
  const agents = [personOf(world, 'support'), personOf(world, 'support-second')];
  const seenTwice = person.persona === 'customer';
  const about = seenTwice ? tickets.slice(-2) : tickets.slice(0, 1);
  return about.flatMap(({ openedAt, reference }, index): GrantRow[] => {
    const first = seenTwice ? 0 : person.subjectId.charCodeAt(31);
    const agent = agents[(index + first) % agents.length];
    if (!agent) return [];
    const createdAt = earlier(daysAfter(openedAt, 0.1), daysAfter(now, -10 * MINUTE));
    const row = {
      id: random.id(createdAt),
      subjectId: person.subjectId,
      actorId: agent.subjectId,
      actorLabel: agent.staffLabel ?? '',
      staffSession: random.id(createdAt),
      ticket: reference,
      category: 'usage' as const,
      reason: vault.seal(person.key, 'impersonation_grant.reason', reasonFor(reference)),
      scope: ['account', 'support', 'usage'],
      createdAt,
      notAfter: daysAfter(createdAt, 15 * MINUTE),
      extensionAskedAt: null,
      extensionAnsweredAt: null,
      extensionAnswer: null,
      endedAt: daysAfter(createdAt, 8 * MINUTE),
      endedBy: 'support' as const,
    };
    return [{ ...row, rowMac: grantMac(vault, row) }];
  });
}
