import type { billingProfile, invoice, invoiceLine, paymentMethod } from '../schema/billing.ts';
import type { Person, World } from './people.ts';
import { priceSessions } from './price-list.ts';
import { daysAfter, monthStart } from './random.ts';
import type { SessionRow } from './usage-rows.ts';

type BillingRows = {
  profile: (typeof billingProfile.$inferInsert)[];
  methods: (typeof paymentMethod.$inferInsert)[];
  invoices: (typeof invoice.$inferInsert)[];
  lines: (typeof invoiceLine.$inferInsert)[];
};

/** What differs from what is on file: an earlier address, notes on some invoices. */
export type BillingStory = { earlierAddress: string; movedAt: Date; notes: readonly string[] };

const ISSUED_AT_HOUR_MS = 6 * 3_600_000;
const DAYS_TO_PAY = 9;
const BRANDS = ['Visa', 'Mastercard', 'Amex'];

/** Profile, cards, and one invoice for each month in which sessions ended, equal to those sessions. */
export function billingRows(
  world: World,
  {
    person,
    sessions,
    position,
    story,
  }: { person: Person; sessions: readonly SessionRow[]; position: number; story?: BillingStory },
): BillingRows {
  if (person.sessions === 0) return { profile: [], methods: [], invoices: [], lines: [] };
  const methods = cardRows(world, person);
  const rows: BillingRows = {
    profile: [profileRow(world, person, story)],
    methods,
    invoices: [],
    lines: [],
  };
  const { vault, now } = world;
  const random = world.random(`invoices/${person.subjectId}`);
  const seal = (column: string, text: string) => vault.seal(person.key, `invoice.${column}`, text);
  const address = addressOf(person);
  for (const [issued, ended] of byIssue(sessions, now)) {
    const issuedAt = new Date(issued);
    const id = random.id(issuedAt);
    const priced = priceSessions(ended);
    const netCents = priced.reduce((sum, line) => sum + line.amountCents, 0);
    const taxCents = Math.round((netCents * taxRate(person)) / 100);
    const paid = daysAfter(issuedAt, random.int(1, DAYS_TO_PAY));
    const note = story?.notes[rows.invoices.length];
    rows.invoices.push({
      id,
      subjectId: person.subjectId,
      number: `EL-${issuedAt.toISOString().slice(0, 7)}-${String(position).padStart(5, '0')}`,
      issuedAt,
      currency: person.country.currency,
      netCents,
      taxCents,
      grossCents: netCents + taxCents,
      country: person.country.code,
      paidAt: paid > now || random.chance(0.01) ? null : paid,
      recipientName: seal('recipient_name', legalName(person)),
      recipientAddress: seal(
        'recipient_address',
        story && issuedAt < story.movedAt ? story.earlierAddress : address,
      ),
      recipientTaxId: person.taxId ? seal('recipient_tax_id', person.taxId) : null,
      paymentMethodId: methods.findLast((method) => method.addedAt <= issuedAt)?.id ?? null,
      note: note ? seal('note', note) : null,
    });
    rows.lines.push(
      ...priced.map((line) => ({
        id: random.id(issuedAt),
        subjectId: person.subjectId,
        invoiceId: id,
        ...line,
        issuedAt,
      })),
    );
  }
  return rows;
}

/** Sessions by the moment their invoice is issued: the morning after the month in which they ended. */
function byIssue(sessions: readonly SessionRow[], now: Date): [number, SessionRow[]][] {
  const groups = new Map<number, SessionRow[]>();
  for (const session of sessions) {
    if (!session.endedAt) continue;
    const issued = monthStart(session.endedAt, 1).getTime() + ISSUED_AT_HOUR_MS;
    if (issued > now.getTime()) continue;
    const group = groups.get(issued);
    if (group) group.push(session);
    else groups.set(issued, [session]);
  }
  return [...groups].sort(([a], [b]) => a - b);
}

function profileRow(
  { vault, now }: World,
  person: Person,
  story?: BillingStory,
): typeof billingProfile.$inferInsert {
  const seal = (column: string, text: string) =>
    vault.seal(person.key, `billing_profile.${column}`, text);
  return {
    subjectId: person.subjectId,
    legalName: seal('legal_name', legalName(person)),
    addressLine: seal('address_line', person.addressLine),
    postalCode: seal('postal_code', person.postalCode),
    city: seal('city', person.city),
    country: person.country.code,
    taxId: person.taxId ? seal('tax_id', person.taxId) : null,
    updatedAt: story && story.movedAt < now ? story.movedAt : person.createdAt,
  };
}

/** The card of today and, for some, one that was replaced in the last year. */
function cardRows(world: World, person: Person): (typeof paymentMethod.$inferInsert)[] {
  const random = world.random(`cards/${person.subjectId}`);
  const replacedAt = random.moment(monthStart(world.now, -8), daysAfter(world.now, -20));
  const replaced =
    person.persona === 'customer' ||
    (person.createdAt < monthStart(world.now, -10) && random.chance(0.3));
  const card = (addedAt: Date, removedAt: Date | null) => ({
    id: random.id(addedAt),
    subjectId: person.subjectId,
    brand: random.pick(BRANDS),
    lastFour: random.digits(4),
    expiryMonth: random.int(1, 12),
    expiryYear: (removedAt ?? world.now).getUTCFullYear() + (removedAt ? 0 : random.int(1, 4)),
    processorReference: `pm_${random.hex(18)}`,
    addedAt,
    removedAt,
  });
  return replaced
    ? [card(person.createdAt, replacedAt), card(replacedAt, null)]
    : [card(person.createdAt, null)];
}

function legalName(person: Person): string {
  return person.company ? `${person.company}, ${person.displayName}` : person.displayName;
}

function addressOf(person: Person): string {
  const region = person.region ? `, ${person.region}` : '';
  return `${person.addressLine}, ${person.postalCode} ${person.city}${region}, ${person.country.code}`;
}

/** EaseLLM bills from Germany: a business elsewhere in Europe owes its own tax (reverse charge). */
function taxRate(person: Person): number {
  return person.taxId && person.country.code !== 'DE' ? 0 : person.country.tax;
}
