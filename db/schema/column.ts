import { customType, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Ciphertext of `server/crypto/vault.ts`. Only sealing makes one; only unsealing reads one. */
export type Sealed = string & { readonly __sealed: true };

/** A column whose plain value never reaches the database. Never searched, never sorted. */
export const sealed = customType<{ data: Sealed; driverData: string }>({
  dataType: () => 'text',
});

/** Moment in time, millisecond precision, UTC. */
export const moment = (name: string) =>
  timestamp(name, { withTimezone: true, mode: 'date', precision: 3 });

/** Number of a transaction: tells whether an older one can still commit. */
export const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });

/** The person a row is about: random, never derived from the person. */
export const subjectId = () => uuid('subject_id').notNull();
