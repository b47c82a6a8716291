import { subjectTableNamed } from '../../../db/data-map/index.ts';
import { invoice, invoiceLine } from '../../../db/schema/billing.ts';
import { newId } from '../../crypto/token.ts';
import { type InvoiceRow, invoiceRow } from '../contract/billing.ts';
import { nothingTaken, pieces, type ReportKind } from './kind.ts';

const table = subjectTableNamed('invoice');

/** Invoices with their lines; whom they are made out to is sealed. */
export const billingReport: ReportKind<InvoiceRow> = {
  row: invoiceRow,
  section: 'billing',
  momentFields: ['issuedAt', 'paidAt'],
  keptIn: () => ({ table, field: 'issuedAt' }),
  async write(tx, rows, { vault, keys, now }) {
    if (rows.length === 0) return nothingTaken;
    const made = rows.map((row) => {
      const key = keys.get(row.subjectId);
      if (!key) throw new Error('an invoice for somebody without a key');
      const { lines, key: name, recipientName, recipientAddress, recipientTaxId, ...plain } = row;
      const id = newId(now);
      const issuedAt = new Date(row.issuedAt);
      return {
        name,
        value: {
          ...plain,
          id,
          issuedAt,
          paidAt: row.paidAt === null ? null : new Date(row.paidAt),
          recipientName: vault.seal(key, 'invoice.recipient_name', recipientName),
          recipientAddress: vault.seal(key, 'invoice.recipient_address', recipientAddress),
          recipientTaxId:
            recipientTaxId === null
              ? null
              : vault.seal(key, 'invoice.recipient_tax_id', recipientTaxId),
        },
        lines: lines.map((line) => ({
          ...line,
          id: newId(now),
          subjectId: row.subjectId,
          invoiceId: id,
          issuedAt,
        })),
      };
    });
    const written = await tx
      .insert(invoice)
      .values(made.map(({ value }) => value))
      .onConflictDoNothing({ target: invoice.number })
      .returning({ id: invoice.id });
    const ids = new Set(written.map(({ id }) => id));
    const lines = made.flatMap(({ value, lines: own }) => (ids.has(value.id) ? own : []));
    for (const piece of pieces(lines)) await tx.insert(invoiceLine).values(piece);
    return new Set(made.flatMap(({ name, value }) => (ids.has(value.id) ? [] : [name])));
  },
};
