import type { PgTable } from 'drizzle-orm/pg-core';
import type { MessageDescriptor } from 'react-intl';
import type * as schema from '../../db/schema/index.ts';
import { defineMessages } from '../lib/messages.ts';
import type { Catalogue } from './code-text.ts';

type Schema = typeof schema;
/** "invoice.netCents", for every column there is. */
type ColumnPath = {
  [T in keyof Schema & string]: Schema[T] extends PgTable
    ? `${T}.${keyof Schema[T]['_']['columns'] & string}`
    : never;
}[keyof Schema & string];

/** How a stored value is written for people, where its type alone does not tell. */
export type Reading =
  | { as: 'code'; from: Catalogue }
  | { as: 'action' | 'language' | 'machine' | 'plain' | 'details' }
  /** Hundredths; `currency` names the column of the same row that holds the currency. */
  | { as: 'money'; currency: string | null; head: MessageDescriptor }
  | { as: 'bytes'; head: MessageDescriptor }
  | { as: 'thousandths'; head: MessageDescriptor };

const head = defineMessages({
  net: { id: 'reading.net', defaultMessage: 'Net' },
  tax: { id: 'reading.tax', defaultMessage: 'Tax' },
  total: { id: 'reading.total', defaultMessage: 'Total' },
  price: { id: 'reading.price', defaultMessage: 'Price an hour, in the invoice’s currency' },
  amount: { id: 'reading.amount', defaultMessage: 'Amount, in the invoice’s currency' },
  size: { id: 'reading.size', defaultMessage: 'Size' },
  in: { id: 'reading.in', defaultMessage: 'Data in' },
  out: { id: 'reading.out', defaultMessage: 'Data out' },
  share: { id: 'reading.share', defaultMessage: 'Share of a GPU' },
  cores: { id: 'reading.cores', defaultMessage: 'CPU cores' },
  score: { id: 'reading.score', defaultMessage: 'Score, 0 to 1' },
});

const code = { as: 'code', from: 'other' } as const;
const purpose = { as: 'code', from: 'purpose' } as const;
const section = { as: 'code', from: 'section' } as const;
const machine = { as: 'machine' } as const;

const readings: Partial<Record<ColumnPath, Reading>> = {
  'account.subjectId': machine,
  'account.status': code,
  'account.language': { as: 'language' },
  'account.theme': { as: 'code', from: 'theme' },
  'accountChange.field': code,
  'accountChange.changedBy': code,
  'analyticsEvent.name': code,
  'analyticsEvent.surface': code,
  'apiUsage.route': machine,
  'apiUsage.bytes': { as: 'bytes', head: head.size },
  'auditEvent.actorKind': code,
  'auditEvent.action': { as: 'action' },
  'auditEvent.purpose': purpose,
  'auditEvent.details': { as: 'details' },
  'auditEvent.outcome': code,
  'auditEvent.sections': section,
  'automatedDecision.kind': code,
  'automatedDecision.outcome': code,
  'automatedDecision.milliScore': { as: 'thousandths', head: head.score },
  'connectionEvent.event': code,
  'connectionEvent.ipPrefix': machine,
  'consentEvent.id': machine,
  'consentEvent.topic': code,
  'consentEvent.channel': code,
  'consentEvent.source': code,
  'dataSubjectRequest.kind': code,
  'dataSubjectRequest.state': code,
  'dataSubjectRequest.sections': section,
  'dataSubjectRequest.answer': code,
  'dataSubjectRequest.planHash': machine,
  'dataSubjectRequest.field': code,
  'disclosure.recipient': code,
  'disclosure.tableName': code,
  'disclosure.columnNames': code,
  'disclosure.purpose': purpose,
  'exportArchive.plainBytes': { as: 'bytes', head: head.size },
  'exportArchive.sha256': machine,
  'exportArchive.deletedBecause': code,
  'gpuSession.milliGpu': { as: 'thousandths', head: head.share },
  'gpuSession.cpuMilli': { as: 'thousandths', head: head.cores },
  'gpuSession.dataCentre': code,
  'gpuSession.image': machine,
  'gpuSession.qualityOfService': code,
  'gpuSession.bytesIn': { as: 'bytes', head: head.in },
  'gpuSession.bytesOut': { as: 'bytes', head: head.out },
  'gpuSession.sourceSystem': code,
  'gpuSession.sourceKey': machine,
  'ingestKey.key': machine,
  'invoice.netCents': { as: 'money', currency: 'currency', head: head.net },
  'invoice.taxCents': { as: 'money', currency: 'currency', head: head.tax },
  'invoice.grossCents': { as: 'money', currency: 'currency', head: head.total },
  'invoiceLine.unitCents': { as: 'money', currency: null, head: head.price },
  'invoiceLine.amountCents': { as: 'money', currency: null, head: head.amount },
  'legalHold.tableName': code,
  'legalHold.ground': code,
  'mailToken.purpose': code,
  'membership.organisationId': machine,
  'membership.role': code,
  'notice.kind': code,
  'outboundMail.template': code,
  'outboundMail.state': code,
  'paymentMethod.expiryYear': { as: 'plain' },
  'paymentMethod.processorReference': machine,
  'requestStep.name': code,
  'requestStep.state': code,
  'session.methods': code,
  'session.ipPrefix': machine,
  'sshKey.fingerprint': machine,
  'supportMessage.author': code,
  'supportTicket.aboutKind': code,
  'supportTicket.decision': code,
  'supportTicket.kind': code,
  'supportTicket.state': code,
  'volume.dataCentre': code,
};

/** The reading of a column, where it has one. */
export function readingOf(table: string, column: string): Reading | undefined {
  return readings[`${table}.${column}` as ColumnPath];
}
