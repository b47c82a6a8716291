import type { Vault } from '../../server/crypto/vault.ts';
import type { Connection } from '../connect.ts';
import { recipients } from '../data-map/vocabulary.ts';
import { ensurePartitions } from '../partitions.ts';
import { account, accountChange } from '../schema/account.ts';
import { analyticsEvent } from '../schema/analytics.ts';
import { auditEvent } from '../schema/audit.ts';
import { billingProfile, invoice, invoiceLine, paymentMethod } from '../schema/billing.ts';
import { consentEvent } from '../schema/consent.ts';
import { automatedDecision } from '../schema/decision.ts';
import { connectionEvent, device } from '../schema/devices.ts';
import { legalHold } from '../schema/hold.ts';
import { subjectKey } from '../schema/key.ts';
import { outboundMail } from '../schema/mail.ts';
import { membership, organisation } from '../schema/organisation.ts';
import { disclosure, holder } from '../schema/service.ts';
import { impersonationGrant, staffMember } from '../schema/staff.ts';
import { supportMessage, supportTicket } from '../schema/support.ts';
import { apiKey, apiUsage, gpuSession, sshKey, volume } from '../schema/usage.ts';
import { accountRow, changeRows, organisationRows } from './account-rows.ts';
import { createWriter, type Writer } from './bulk.ts';
import { seedCredentials, seedServiceKeys } from './credentials.ts';
import { customerStory } from './customer-story.ts';
import { billingRows } from './invoice-rows.ts';
import { keyRows } from './key-rows.ts';
import { consentRows, mailRows } from './message-rows.ts';
import { createWorld, customersOf, type Person, personOf, type World } from './people.ts';
import { type DemoFile, seedHolders } from './personas.ts';
import { daysAfter } from './random.ts';
import { auditRows, disclosureRows } from './record-rows.ts';
import { staffRows } from './staff-rows.ts';
import { supportRows } from './support-rows.ts';
import { analyticsRows, connectionRows, decisionRows, deviceRows } from './trace-rows.ts';
import { sessionRows, volumeRows } from './usage-rows.ts';
import { grantRows } from './view-rows.ts';

const DEFAULT_SEED = 'easellm';

/**
 * Fills an empty database with the demo company: 200 customers with two years behind them, one of whom
 * has 100,000 GPU sessions. The same seed and `now` give the same people and rows; only secrets differ
 * from installation to installation. Nothing in it is past its delete-on date at `now`. All of it
 * commits at once or not at all.
 *
 * @param mostSessions how many GPU sessions one customer has at most
 * @returns how to sign in; stored nowhere else
 */
export async function seedWorld({
  connection,
  vault,
  now,
  seed = DEFAULT_SEED,
  mostSessions = Number.POSITIVE_INFINITY,
}: {
  connection: Connection;
  vault: Vault;
  now: Date;
  seed?: string;
  mostSessions?: number;
}): Promise<DemoFile> {
  const world = createWorld({ vault, now, seed, mostSessions });
  await ensurePartitions(connection.sql, { from: world.launch, to: now });
  return connection.sql.begin(async (sql) => {
    const writer = createWriter(sql);
    await writer.add(
      subjectKey,
      world.people.map((person) => person.keyRow),
    );
    await writer.add(
      account,
      world.people.map((person) => accountRow(world, person)),
    );
    await writer.add(staffMember, staffRows(world));
    const lastActs = new Map<string, Date>();
    for (const [index, person] of world.people.entries())
      await writePerson(writer, { world, person, position: index + 1, lastActs });
    await writeCommon(writer, world);
    await writer.flush();
    const personas = await seedCredentials(sql, world);
    const services = await seedServiceKeys(sql, world, lastActs);
    const customers = customersOf(world).map(({ subjectId }) => subjectId);
    return { generatedAt: now.toISOString(), personas, services, customers };
  });
}

async function writePerson(
  writer: Writer,
  {
    world,
    person,
    position,
    lastActs,
  }: { world: World; person: Person; position: number; lastActs: Map<string, Date> },
): Promise<void> {
  const story = person.persona === 'customer' ? customerStory : null;
  const sessions = sessionRows(world, person);
  await writer.add(gpuSession, sessions);
  await writer.add(volume, volumeRows(world, person, story?.volumeLabels));
  await writer.add(accountChange, changeRows(world, person));

  const keys = keyRows(
    world,
    person,
    story ? { ssh: story.sshLabels, api: story.apiLabels } : undefined,
  );
  await writer.add(sshKey, keys.ssh);
  await writer.add(apiKey, keys.api);
  await writer.add(apiUsage, keys.calls);

  const billing = billingRows(world, {
    person,
    sessions,
    position,
    ...(story ? { story: billingStory(world) } : {}),
  });
  await writer.add(billingProfile, billing.profile);
  await writer.add(paymentMethod, billing.methods);
  await writer.add(invoice, billing.invoices);
  await writer.add(invoiceLine, billing.lines);

  const devices = deviceRows(world, person, story?.deviceLabels);
  const connections = connectionRows(world, { person, families: devices.map((one) => one.family) });
  await writer.add(device, devices);
  await writer.add(connectionEvent, connections);
  await writer.add(analyticsEvent, analyticsRows(world, person));
  await writer.add(automatedDecision, decisionRows(world, person));

  const { tickets, messages } = supportRows(world, person);
  await writer.add(supportTicket, tickets);
  await writer.add(supportMessage, messages);
  const grants = grantRows(world, { person, tickets });
  await writer.add(impersonationGrant, grants);
  const consents = consentRows(world, person);
  await writer.add(consentEvent, consents);
  const mails = mailRows(world, { person, invoices: billing.invoices, tickets, consents });
  await writer.add(outboundMail, mails);

  const past = { person, invoices: billing.invoices, connections, grants, mails, consents };
  const log = auditRows(world, past);
  await writer.add(auditEvent, log);
  await writer.add(disclosure, disclosureRows(world, past));
  noteActs(lastActs, { log, sessions });
}

/** Remembers of each service the latest of what is on record: that it looked, or that it reported a session's end. */
function noteActs(
  lastActs: Map<string, Date>,
  {
    log,
    sessions,
  }: { log: ReturnType<typeof auditRows>; sessions: ReturnType<typeof sessionRows> },
): void {
  const acts = [
    ...log
      .filter(({ actorKind }) => actorKind === 'service')
      .map(({ actorId, occurredAt }) => ({ service: actorId, at: occurredAt })),
    ...sessions.map(({ sourceSystem, endedAt }) => ({ service: sourceSystem, at: endedAt })),
  ];
  for (const { service, at } of acts) {
    const last = service && lastActs.get(service);
    if (service && at && (!last || last < at)) lastActs.set(service, at);
  }
}

/** What belongs to nobody or to several: organisations, holders, and one hold. */
async function writeCommon(writer: Writer, world: World): Promise<void> {
  const { organisations, memberships } = organisationRows(world);
  await writer.add(organisation, organisations);
  await writer.add(membership, memberships);
  await writer.add(
    holder,
    Object.entries(recipients).map(([id, { name, country, safeguard }]) => ({
      id,
      name,
      country,
      safeguard,
      serviceId: seedHolders.find((one) => one === id) ?? null,
    })),
  );
  const disputing = customersOf(world).find((person) => person.persona === null);
  if (!disputing) return;
  const placedAt = daysAfter(world.now, -18);
  await writer.add(legalHold, [
    {
      id: world.random('hold').id(placedAt),
      subjectId: disputing.subjectId,
      tableName: 'payment_method',
      ground: 'payment_dispute',
      reason: world.vault.seal(
        disputing.key,
        'legal_hold.reason',
        'Chargeback CB-20417, in dispute at the bank.',
      ),
      note: world.vault.seal(
        disputing.key,
        'legal_hold.note',
        'It ends earlier if the bank decides earlier.',
      ),
      placedBy: personOf(world, 'officer').subjectId,
      placedAt,
      approvedBy: personOf(world, 'administrator').subjectId,
      approvedAt: daysAfter(world.now, -17),
      endsAt: daysAfter(world.now, 72),
    },
  ]);
}

function billingStory({ now }: World) {
  return {
    earlierAddress: customerStory.earlierAddress,
    movedAt: daysAfter(now, -customerStory.movedDaysAgo),
    notes: customerStory.invoiceNotes,
  };
}
