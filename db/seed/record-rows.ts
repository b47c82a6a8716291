import type { AuditAction } from '../../server/audit/actions.ts';
import { auditMac, LOG_ORIGIN } from '../../server/audit/record.ts';
import type { Purpose, Section } from '../data-map/vocabulary.ts';
import type { auditEvent } from '../schema/audit.ts';
import type { invoice } from '../schema/billing.ts';
import type { connectionEvent } from '../schema/devices.ts';
import type { disclosure } from '../schema/service.ts';
import type { ConsentRow, MailRow } from './message-rows.ts';
import type { Person, World } from './people.ts';
import { daysAfter, earlier, later, monthStart, type Random } from './random.ts';
import type { GrantRow } from './view-rows.ts';

type AuditRow = typeof auditEvent.$inferInsert;
type DisclosureRow = typeof disclosure.$inferInsert;
type Past = {
  person: Person;
  invoices: readonly (typeof invoice.$inferInsert)[];
  connections: readonly (typeof connectionEvent.$inferInsert)[];
  grants: readonly GrantRow[];
  mails: readonly MailRow[];
  consents: readonly ConsentRow[];
};
type Act = {
  at: Date;
  actorKind: 'subject' | 'staff' | 'service';
  actorId: string;
  actorLabel: string;
  action: AuditAction;
  purpose: Purpose;
  sections?: Section[];
  reference?: string;
};

/** Who did what before today, as the portal would have written it. */
export function auditRows(world: World, past: Past): AuditRow[] {
  const { person } = past;
  const random = world.random(`audit/${person.subjectId}`);
  const self = { actorKind: 'subject', actorId: person.subjectId, actorLabel: 'You' } as const;
  const billing = { actorKind: 'service', actorId: 'billing', actorLabel: 'billing' } as const;
  const acts: Act[] = [
    ...past.connections
      .filter(({ event }) => event === 'portal sign-in')
      .flatMap(({ occurredAt }): Act[] => [
        { ...self, at: occurredAt, action: 'auth.signed_in', purpose: 'authenticate' },
        {
          ...self,
          at: shortlyAfter(world, occurredAt, random),
          action: 'data.viewed',
          purpose: 'privacy_rights',
          sections: [random.pick(['account', 'usage', 'billing'])],
        },
      ]),
    ...past.invoices.map(
      ({ issuedAt, number }): Act => ({
        ...billing,
        at: daysAfter(issuedAt, -0.01),
        action: 'service.read',
        purpose: 'billing',
        sections: ['billing', 'usage'],
        reference: number,
      }),
    ),
    ...past.consents.map(
      ({ occurredAt }): Act => ({
        ...self,
        at: occurredAt,
        action: 'consent.changed',
        purpose: 'privacy_rights',
        sections: ['choices'],
      }),
    ),
    ...staffActs(past.grants),
  ];
  return acts.map((act) => auditRow(world, { person, act, random }));
}

/** Each time something left to a recipient. */
export function disclosureRows(world: World, { person, invoices, mails }: Past): DisclosureRow[] {
  const random = world.random(`disclosures/${person.subjectId}`);
  const row = (
    recipient: string,
    tableName: string,
    columnNames: string[],
    purpose: Purpose,
    disclosedAt: Date,
  ): DisclosureRow => ({
    id: random.id(disclosedAt),
    subjectId: person.subjectId,
    recipient,
    tableName,
    columnNames,
    purpose,
    disclosedAt,
  });
  const american = person.country.code === 'US' || person.country.code === 'CA';
  return [
    ...invoices.flatMap(({ issuedAt }) => [
      row(
        'paylane',
        'invoice',
        ['number', 'gross_cents', 'recipient_name', 'recipient_address'],
        'billing',
        issuedAt,
      ),
      row(
        american ? 'oregon' : 'frankfurt',
        'gpu_session',
        ['gpu_type', 'gpu_count', 'started_at', 'ended_at'],
        'provide_compute',
        later(person.createdAt, monthStart(issuedAt, -1)),
      ),
    ]),
    ...invoices
      .filter(({ issuedAt }) => issuedAt > monthStart(world.now, -12))
      .map(({ issuedAt }) =>
        row(
          'tallymetric',
          'analytics_event',
          ['name', 'surface', 'occurred_at'],
          'product_analytics',
          daysAfter(issuedAt, 0.1),
        ),
      ),
    ...mails.map(({ sentAt, optional }) =>
      row(
        'northmail',
        'outbound_mail',
        ['to_address', 'subject_line', 'body_text'],
        optional ? 'marketing' : 'service_notices',
        sentAt ?? world.now,
      ),
    ),
  ].filter(({ disclosedAt }) => disclosedAt >= world.launch && disclosedAt <= world.now);
}

/** What the log holds of each view: who was looked up, what was opened, and its end. */
function staffActs(grants: readonly GrantRow[]): Act[] {
  return grants.flatMap(({ actorId, actorLabel, ticket, scope, createdAt, endedAt }): Act[] => {
    const staff = {
      actorKind: 'staff',
      actorId,
      actorLabel,
      purpose: 'support',
      reference: ticket,
    } as const;
    const sections = scope as Section[];
    const acts: Act[] = [
      {
        ...staff,
        at: daysAfter(createdAt, -0.001),
        action: 'staff.looked_up',
        sections: ['account'],
      },
      { ...staff, at: createdAt, action: 'support.view_started', sections },
      { ...staff, at: daysAfter(createdAt, 0.002), action: 'staff.viewed', sections },
    ];
    if (endedAt)
      acts.push({ ...staff, at: endedAt, action: 'support.view_ended', sections: ['support'] });
    return acts;
  });
}

function auditRow(
  { vault }: World,
  { person, act, random }: { person: Person; act: Act; random: Random },
): AuditRow {
  const {
    at,
    actorKind,
    actorId,
    actorLabel,
    action,
    purpose,
    sections = [],
    reference = null,
  } = act;
  const row = {
    id: random.id(at),
    subjectId: person.subjectId,
    occurredAt: at,
    actorKind,
    actorId,
    actorLabel,
    action,
    purpose,
    outcome: 'done' as const,
    sections,
    requestId: random.id(at),
    sessionHandle: actorKind === 'service' ? null : random.id(at),
    reference,
    details: null,
    logOrigin: LOG_ORIGIN,
    visibleFrom: at,
  };
  return { ...row, rowMac: auditMac(vault, row) };
}

function shortlyAfter({ now }: World, at: Date, random: Random): Date {
  return earlier(new Date(at.getTime() + random.int(5_000, 400_000)), now);
}
