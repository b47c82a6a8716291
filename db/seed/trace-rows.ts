import type { analyticsEvent } from '../schema/analytics.ts';
import type { automatedDecision } from '../schema/decision.ts';
import type { connectionEvent, device } from '../schema/devices.ts';
import type { Person, World } from './people.ts';
import { daysAfter, later, monthStart, type Random } from './random.ts';

type ConnectionRow = typeof connectionEvent.$inferInsert;
type DecisionRow = typeof automatedDecision.$inferInsert;

const CONNECTION_MONTHS = 5;
const ANALYTICS_MONTHS = 12;
const FAMILIES = [
  'Firefox on Windows',
  'Chrome on macOS',
  'Safari on macOS',
  'Firefox on Linux',
  'Chrome on Windows',
  'Safari on iOS',
  'Chrome on Android',
  'Microsoft Edge on Windows',
];
const CONNECTION_EVENTS = [
  'portal sign-in',
  'console sign-in',
  'console sign-in',
  'machine connected',
  'machine connected',
];
const PRODUCT_EVENTS = [
  ['session_started', 'console'],
  ['session_stopped', 'console'],
  ['price_list_opened', 'website'],
  ['template_used', 'console'],
  ['volume_resized', 'console'],
  ['invoice_downloaded', 'console'],
  ['docs_opened', 'website'],
] as const;

/** Browsers and machines, with the names people gave them. */
export function deviceRows(
  world: World,
  person: Person,
  labels?: readonly string[],
): (typeof device.$inferInsert)[] {
  const random = world.random(`devices/${person.subjectId}`);
  const count = labels?.length ?? random.int(1, 3);
  return Array.from({ length: count }, (_, index) => {
    const firstSeenAt = random.moment(
      person.createdAt,
      later(person.createdAt, daysAfter(world.now, -20)),
    );
    const label = labels?.[index];
    return {
      id: random.id(firstSeenAt),
      subjectId: person.subjectId,
      family:
        FAMILIES[(person.subjectId.charCodeAt(30) + index) % FAMILIES.length] ?? 'Unknown browser',
      label: label ? world.vault.seal(person.key, 'device.label', label) : null,
      firstSeenAt,
      lastSeenAt: random.moment(later(firstSeenAt, daysAfter(world.now, -25)), world.now),
    };
  });
}

/** Sign-ins and machine connections of the last months, by network: documentation ranges only. */
export function connectionRows(
  world: World,
  { person, families }: { person: Person; families: readonly string[] },
): ConnectionRow[] {
  const random = world.random(`connections/${person.subjectId}`);
  const networks = Array.from(
    { length: person.persona === 'customer' ? 14 : random.int(2, 5) },
    () => network(random),
  );
  const count =
    person.persona === 'customer-new'
      ? 2
      : person.persona === 'customer'
        ? 160
        : random.int(15, 60);
  const since = later(monthStart(world.now, -CONNECTION_MONTHS), person.createdAt);
  return Array.from({ length: count }, (_, index) => {
    const occurredAt = random.moment(since, world.now);
    return {
      id: random.id(occurredAt),
      subjectId: person.subjectId,
      occurredAt,
      event: person.sessions === 0 ? 'portal sign-in' : random.pick(CONNECTION_EVENTS),
      // Every network at least once.
      ipPrefix: networks[index] ?? random.pick(networks),
      userAgentFamily: random.pick(families),
    };
  });
}

/** Use of the console in the last year. */
export function analyticsRows(
  world: World,
  person: Person,
): (typeof analyticsEvent.$inferInsert)[] {
  if (person.sessions === 0) return [];
  const random = world.random(`analytics/${person.subjectId}`);
  const since = later(monthStart(world.now, -ANALYTICS_MONTHS), person.createdAt);
  return Array.from(
    { length: person.persona === 'customer-heavy' ? 3_000 : random.int(30, 140) },
    () => {
      const occurredAt = random.moment(since, world.now);
      const [name, surface] = random.pick(PRODUCT_EVENTS);
      return { id: random.id(occurredAt), subjectId: person.subjectId, occurredAt, name, surface };
    },
  );
}

/** The check at sign-up and the quota decisions that followed. */
export function decisionRows(world: World, person: Person): DecisionRow[] {
  if (person.sessions === 0) return [];
  const random = world.random(`decisions/${person.subjectId}`);
  const milliScore = Math.min(990, Math.round(random.skewed(60, 0.9)));
  const suspicious = milliScore >= 300;
  const checkedAt = daysAfter(person.createdAt, 0.01);
  const fraud: DecisionRow = {
    id: random.id(checkedAt),
    subjectId: person.subjectId,
    kind: 'fraud_score',
    outcome: suspicious ? 'looked at by a person, then allowed' : 'allowed',
    milliScore,
    inputAccountAgeDays: 0,
    inputFailedPayments: suspicious ? 2 : 0,
    inputCountryMismatch: suspicious,
    effect: suspicious
      ? 'Your first session started after a review.'
      : 'None: you could rent at once.',
    decidedAt: checkedAt,
    reviewedAt: suspicious ? daysAfter(checkedAt, 0.2) : null,
  };
  const quotas = Array.from({ length: Math.min(3, Math.floor(person.sessions / 250)) }, () =>
    random.moment(daysAfter(person.createdAt, 5), world.now),
  );
  quotas.sort((a, b) => a.getTime() - b.getTime());
  const raises = quotas.map(
    (decidedAt, index): DecisionRow => ({
      id: random.id(decidedAt),
      subjectId: person.subjectId,
      kind: 'quota',
      outcome: `raised to ${8 * (index + 1)} GPUs`,
      inputAccountAgeDays: Math.floor(
        (decidedAt.getTime() - person.createdAt.getTime()) / 86_400_000,
      ),
      inputFailedPayments: 0,
      inputMonthlyGpuHours: random.int(40, 900),
      effect: `You can rent ${8 * (index + 1)} GPUs at the same time.`,
      decidedAt,
      reviewedAt: null,
    }),
  );
  return [fraud, ...raises];
}

/** RFC 5737 and RFC 3849: networks that nobody has. */
function network(random: Random): string {
  if (random.chance(0.4)) return random.pick(['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24']);
  return `2001:db8:${random.int(0x1000, 0xffff).toString(16)}::/48`;
}
