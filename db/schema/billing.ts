import { bigint, char, index, integer, pgTable, smallint, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject, keptAfterErasure } from '../data-map/define.ts';
import { moment, sealed, subjectId } from './column.ts';

export const billingProfile = pgTable('billing_profile', {
  subjectId: subjectId().primaryKey(),
  legalName: sealed('legal_name').notNull(),
  addressLine: sealed('address_line').notNull(),
  postalCode: sealed('postal_code').notNull(),
  city: sealed('city').notNull(),
  country: char('country', { length: 2 }).notNull(),
  taxId: sealed('tax_id'),
  updatedAt: moment('updated_at').notNull(),
});

export const billingProfileEntry = erasedWithSubject(billingProfile, {
  title: 'Billing address',
  about: 'Whom invoices are made out to.',
  section: 'billing',
  subject: 'subjectId',
  source: 'given',
  purposes: ['billing'],
  recipients: ['paylane'],
  retention: 'account',
  order: 'updatedAt',
  columns: {
    subjectId: { kind: 'technical', label: 'Account id' },
    legalName: { kind: 'personal', label: 'Name on invoices', category: 'user.name', storage: 'sealed' },
    addressLine: { kind: 'personal', label: 'Street', category: 'user.contact.address', storage: 'sealed' },
    postalCode: { kind: 'personal', label: 'Postal code', category: 'user.contact.address', storage: 'sealed' },
    city: { kind: 'personal', label: 'City', category: 'user.contact.address', storage: 'sealed' },
    country: { kind: 'personal', label: 'Country', category: 'user.contact.address.country', mask: 'shown' },
    taxId: { kind: 'personal', label: 'Tax number', category: 'user.financial', storage: 'sealed' },
    updatedAt: { kind: 'personal', label: 'Last changed', category: 'user.account', source: 'observed', mask: 'shown' },
  },
});

export const paymentMethod = pgTable(
  'payment_method',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    brand: text('brand').notNull(),
    lastFour: char('last_four', { length: 4 }).notNull(),
    expiryMonth: smallint('expiry_month').notNull(),
    expiryYear: smallint('expiry_year').notNull(),
    processorReference: text('processor_reference').notNull(),
    addedAt: moment('added_at').notNull(),
    removedAt: moment('removed_at'),
  },
  (t) => [index('payment_method_subject').on(t.subjectId)],
);

export const paymentMethodEntry = erasedWithSubject(paymentMethod, {
  title: 'Payment methods',
  about: 'Cards you pay with: brand and last four digits. The full number is only at the processor.',
  section: 'billing',
  subject: 'subjectId',
  source: 'third_party',
  purposes: ['billing'],
  recipients: ['paylane'],
  retention: { period: 'P13M', from: 'removedAt' },
  order: 'addedAt',
  columns: {
    id: { kind: 'technical', label: 'Row id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    brand: { kind: 'personal', label: 'Brand', category: 'user.financial.credit_card', mask: 'shown' },
    lastFour: { kind: 'personal', label: 'Ends in', category: 'user.financial.credit_card', mask: 'shown' },
    expiryMonth: { kind: 'personal', label: 'Expiry month', category: 'user.financial.credit_card' },
    expiryYear: { kind: 'personal', label: 'Expiry year', category: 'user.financial.credit_card' },
    processorReference: { kind: 'personal', label: 'Number at the processor', category: 'user.unique_id.pseudonymous' },
    addedAt: { kind: 'personal', label: 'Added', category: 'user.payment', source: 'observed', mask: 'shown' },
    removedAt: { kind: 'personal', label: 'Removed', category: 'user.payment', source: 'observed', mask: 'shown' },
  },
});

export const invoice = pgTable(
  'invoice',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    number: text('number').notNull(),
    issuedAt: moment('issued_at').notNull(),
    currency: char('currency', { length: 3 }).notNull(),
    netCents: bigint('net_cents', { mode: 'number' }).notNull(),
    taxCents: bigint('tax_cents', { mode: 'number' }).notNull(),
    grossCents: bigint('gross_cents', { mode: 'number' }).notNull(),
    country: char('country', { length: 2 }).notNull(),
    paidAt: moment('paid_at'),
    recipientName: sealed('recipient_name').notNull(),
    recipientAddress: sealed('recipient_address').notNull(),
    recipientTaxId: sealed('recipient_tax_id'),
    paymentMethodId: uuid('payment_method_id'),
    note: sealed('note'),
    /** Whose key the sealed columns are under since the account was erased; null before. */
    keepId: uuid('keep_id'),
  },
  (t) => [uniqueIndex('invoice_number_key').on(t.number), index('invoice_subject').on(t.subjectId, t.issuedAt)],
);

export const invoiceEntry = keptAfterErasure(invoice, {
  title: 'Invoices',
  about: 'What you were billed, and whom the invoice was made out to.',
  section: 'billing',
  subject: 'subjectId',
  source: 'derived',
  purposes: ['billing', 'tax_records'],
  recipients: ['paylane'],
  retention: { statutory: 'accounting_records', from: 'issuedAt' },
  keep: 'accounting_records',
  order: 'issuedAt',
  columns: {
    id: { kind: 'technical', label: 'Row id', erasure: 'keep' },
    subjectId: { kind: 'technical', label: 'Account id', erasure: 'keep' },
    number: { kind: 'personal', label: 'Number', category: 'user.payment', mask: 'shown', erasure: 'keep' },
    issuedAt: { kind: 'personal', label: 'Issued', category: 'user.payment', mask: 'shown', erasure: 'keep' },
    currency: { kind: 'personal', label: 'Currency', category: 'user.payment', mask: 'shown', erasure: 'keep' },
    netCents: { kind: 'personal', label: 'Net (cents)', category: 'user.payment', mask: 'shown', erasure: 'keep' },
    taxCents: { kind: 'personal', label: 'Tax (cents)', category: 'user.payment', mask: 'shown', erasure: 'keep' },
    grossCents: { kind: 'personal', label: 'Total (cents)', category: 'user.payment', mask: 'shown', erasure: 'keep' },
    country: { kind: 'personal', label: 'Country', category: 'user.contact.address.country', mask: 'shown', erasure: 'keep' },
    paidAt: { kind: 'personal', label: 'Paid', category: 'user.payment', source: 'third_party', mask: 'shown', erasure: 'keep' },
    recipientName: { kind: 'personal', label: 'Made out to', category: 'user.name', source: 'given', storage: 'sealed', erasure: 'reseal' },
    recipientAddress: { kind: 'personal', label: 'Address', category: 'user.contact.address', source: 'given', storage: 'sealed', erasure: 'reseal' },
    recipientTaxId: { kind: 'personal', label: 'Tax number', category: 'user.financial', source: 'given', storage: 'sealed', erasure: 'reseal' },
    paymentMethodId: { kind: 'technical', label: 'Paid with', erasure: 'null' },
    note: { kind: 'personal', label: 'Your note', category: 'user.content.private', source: 'given', storage: 'sealed', erasure: 'null' },
    keepId: { kind: 'technical', label: 'Key of the keep', erasure: 'keep' },
  },
});

export const invoiceLine = pgTable(
  'invoice_line',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    invoiceId: uuid('invoice_id').notNull(),
    description: text('description').notNull(),
    quantity: integer('quantity').notNull(),
    unitCents: bigint('unit_cents', { mode: 'number' }).notNull(),
    amountCents: bigint('amount_cents', { mode: 'number' }).notNull(),
    issuedAt: moment('issued_at').notNull(),
    /** The keep this row belongs to since the account was erased, and ends with; null before. */
    keepId: uuid('keep_id'),
  },
  (t) => [index('invoice_line_subject').on(t.subjectId, t.issuedAt)],
);

export const invoiceLineEntry = keptAfterErasure(invoiceLine, {
  title: 'Invoice lines',
  about: 'What each invoice charges for.',
  section: 'billing',
  subject: 'subjectId',
  source: 'derived',
  purposes: ['billing', 'tax_records'],
  recipients: [],
  retention: { statutory: 'accounting_records', from: 'issuedAt' },
  keep: 'accounting_records',
  order: 'issuedAt',
  columns: {
    id: { kind: 'technical', label: 'Row id', erasure: 'keep' },
    subjectId: { kind: 'technical', label: 'Account id', erasure: 'keep' },
    invoiceId: { kind: 'technical', label: 'Invoice', erasure: 'keep' },
    description: { kind: 'personal', label: 'For', category: 'user.behavior.purchase_history', mask: 'shown', erasure: 'keep' },
    quantity: { kind: 'personal', label: 'Hours', category: 'user.behavior.purchase_history', mask: 'shown', erasure: 'keep' },
    unitCents: { kind: 'personal', label: 'Price (cents)', category: 'user.payment', mask: 'shown', erasure: 'keep' },
    amountCents: { kind: 'personal', label: 'Amount (cents)', category: 'user.payment', mask: 'shown', erasure: 'keep' },
    issuedAt: { kind: 'personal', label: 'Issued', category: 'user.payment', mask: 'shown', erasure: 'keep' },
    keepId: { kind: 'technical', label: 'Keep', erasure: 'keep' },
  },
});
