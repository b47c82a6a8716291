import { z } from 'zod';
import { country, email, id, languages, line, senderKey, timeZone } from '../../trpc/input.ts';
import { procedureShape } from './entry.ts';

/** A customer who bought elsewhere gets an account here, and a letter with the way in. */
export const provision = procedureShape({
  repeatable: true,
  input: z.strictObject({
    /** The sender's own name for this customer: the same key never opens two accounts. */
    key: senderKey,
    email,
    displayName: line(120),
    country,
    language: z.enum(languages).default('en'),
    region: line(60).optional(),
    timeZone: timeZone.optional(),
    company: line(120).optional(),
  }),
  output: z.object({
    subjectId: id,
    /** False when this key was provisioned before. */
    created: z.boolean(),
  }),
});

/** What can be asked for: `table.field` as the portal's data map names them. */
export const lookupFields = [
  'account.email',
  'account.emailVerifiedAt',
  'account.displayName',
  'account.phone',
  'account.company',
  'account.country',
  'account.region',
  'account.language',
  'account.timeZone',
  'account.createdAt',
  'account.supportAccess',
  'billingProfile.legalName',
  'billingProfile.addressLine',
  'billingProfile.postalCode',
  'billingProfile.city',
  'billingProfile.country',
  'billingProfile.taxId',
] as const;
export type LookupField = (typeof lookupFields)[number];

/** One account, by its id or its address, and of it what the stated purpose allows. */
export const lookup = procedureShape({
  repeatable: true,
  input: z.strictObject({
    account: z.union([z.strictObject({ subjectId: id }), z.strictObject({ email })]),
    /** Only what is needed: each field that leaves is shown to the person. */
    fields: z.array(z.enum(lookupFields)).min(1).max(lookupFields.length),
  }),
  output: z.object({
    subjectId: id,
    status: z.enum(['active', 'pending_deletion']),
    /** Asked fields alone; null where nothing is held. */
    fields: z.partialRecord(
      z.enum(lookupFields),
      z.union([z.string(), z.boolean(), z.number()]).nullable(),
    ),
  }),
});
