import { asc, eq } from 'drizzle-orm';
import type { Db } from '../../../db/connect.ts';
import { account } from '../../../db/schema/account.ts';
import { analyticsEvent } from '../../../db/schema/analytics.ts';
import { billingProfile, invoice, paymentMethod } from '../../../db/schema/billing.ts';
import { createRandom } from '../../../db/seed/random.ts';
import type { DataKey, Vault } from '../../crypto/vault.ts';
import { type PaylaneCharge, paylaneStores } from './paylane.ts';
import { holderDir } from './ports.ts';
import { tallymetricStores } from './tallymetric.ts';

type Account = typeof account.$inferSelect;
type Filling = { db: Db; vault: Vault; person: Account; key: DataKey };
const SEGMENTS = ['occasional', 'steady', 'heavy'] as const;

/**
 * Gives the reference holders what they would have come to know of the demo's customers: of the payment
 * processor's records the portal has a part, of the events all that it passed on.
 */
export async function fillReferenceHolders({
  db,
  vault,
  dataDir,
}: {
  db: Db;
  vault: Vault;
  dataDir: string;
}): Promise<void> {
  const paylane = paylaneStores(holderDir(dataDir, 'paylane'), { durable: false });
  const tallymetric = tallymetricStores(holderDir(dataDir, 'tallymetric'), { durable: false });
  const people = await db.select().from(account).where(eq(account.role, 'customer'));
  for (const person of people) {
    const key = await vault.subjectKey(db, person.subjectId);
    const filling = { db, vault, person, key };
    await fillPaylane(paylane, filling);
    await fillTallymetric(tallymetric, filling);
  }
}

async function fillPaylane(
  { customers, methods }: ReturnType<typeof paylaneStores>,
  { db, vault, person, key }: Filling,
): Promise<void> {
  const { subjectId } = person;
  const [[profile], cards, bills] = await Promise.all([
    db.select().from(billingProfile).where(eq(billingProfile.subjectId, subjectId)),
    db.select().from(paymentMethod).where(eq(paymentMethod.subjectId, subjectId)),
    db
      .select()
      .from(invoice)
      .where(eq(invoice.subjectId, subjectId))
      .orderBy(asc(invoice.issuedAt)),
  ]);
  if (!profile) return;
  const random = createRandom(`paylane/${subjectId}`);
  const charges = bills.map(
    (bill): PaylaneCharge => ({
      charge: `ch_${random.hex(20)}`,
      invoice: bill.number,
      amountCents: bill.grossCents,
      currency: bill.currency,
      chargedAt: (bill.paidAt ?? bill.issuedAt).toISOString(),
      status: bill.paidAt ? 'succeeded' : 'pending',
      riskScore: Math.round(random.skewed(8, 0.6)),
    }),
  );
  await customers.put(subjectId, {
    customer: {
      name: vault.unseal(key, 'account.display_name', person.displayName),
      email: vault.unseal(key, 'account.email', person.email),
      country: person.country,
      invoicesTo: vault.unseal(key, 'billing_profile.legal_name', profile.legalName),
      customerSince: person.createdAt.toISOString(),
      restricted: false,
    },
    charges,
  });
  for (const card of cards) {
    await methods.put(card.processorReference, {
      brand: card.brand,
      lastFour: card.lastFour,
      expires: `${card.expiryYear}-${String(card.expiryMonth).padStart(2, '0')}`,
      fingerprint: random.hex(32),
      addedAt: card.addedAt.toISOString(),
    });
  }
}

async function fillTallymetric(
  { tracked }: ReturnType<typeof tallymetricStores>,
  { db, person: { subjectId } }: Filling,
): Promise<void> {
  const rows = await db
    .select()
    .from(analyticsEvent)
    .where(eq(analyticsEvent.subjectId, subjectId))
    .orderBy(asc(analyticsEvent.occurredAt), asc(analyticsEvent.id));
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return;
  const share = Math.min(SEGMENTS.length - 1, Math.floor(rows.length / 100));
  await tracked.put(subjectId, {
    profile: {
      firstSeenAt: first.occurredAt.toISOString(),
      lastSeenAt: last.occurredAt.toISOString(),
      segment: SEGMENTS[share] ?? SEGMENTS[0],
      restricted: false,
    },
    events: rows.map(({ occurredAt, name, surface }) => ({
      happenedAt: occurredAt.toISOString(),
      event: name,
      surface,
    })),
  });
}
