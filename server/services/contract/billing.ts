import { z } from 'zod';
import { cents, count, country, id, line, moment, senderKey } from '../../trpc/input.ts';
import { reportShape } from './report.ts';

const invoiceLine = z.strictObject({
  description: line(200),
  quantity: count,
  unitCents: cents,
  amountCents: cents,
});

/** One invoice with its lines. */
export const invoiceRow = z
  .strictObject({
    key: senderKey,
    subjectId: id,
    /** The only one of its number. */
    number: line(60),
    issuedAt: moment,
    /** ISO 4217. */
    currency: z.string().regex(/^[A-Z]{3}$/),
    netCents: cents,
    taxCents: cents,
    grossCents: cents,
    country,
    paidAt: moment.nullable(),
    recipientName: line(200),
    recipientAddress: line(400),
    recipientTaxId: line(60).nullable(),
    lines: z.array(invoiceLine).min(1).max(200),
  })
  .refine(({ netCents, taxCents, grossCents }) => netCents + taxCents === grossCents, {
    path: ['grossCents'],
    message: 'net and tax',
  })
  .refine(
    ({ lines, netCents }) => lines.reduce((sum, one) => sum + one.amountCents, 0) === netCents,
    { path: ['netCents'], message: 'the sum of the lines' },
  );
export type InvoiceRow = z.output<typeof invoiceRow>;

/** Invoices, as the billing system wrote them. */
export const report = reportShape(invoiceRow);
