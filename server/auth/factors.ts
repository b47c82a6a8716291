import { and, eq, isNotNull, type SQLWrapper, sql } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import { totpFactor } from '../../db/schema/auth.ts';
import type { Sealed } from '../../db/schema/column.ts';
import { passkey } from '../../db/schema/passkey.ts';
import type { Vault } from '../crypto/vault.ts';
import { passkeyMac } from './passkey-rows.ts';
import { totpMac } from './totp.ts';

/** How many second factors somebody has. Recovery codes are none: they stand in for one. */
export type Strong = { apps: number; passkeys: number };

/** An account may have so many apps and passkeys together: each app is one more chance to guess a code. */
export const MAX_FACTORS = 10;

type App = typeof totpFactor.$inferSelect;
type Passkey = typeof passkey.$inferSelect;

/** The second factors of a subject that verify: confirmed, and as this program wrote them. Oldest first. */
export async function ownFactors(
  tx: Db | Tx,
  { vault, subjectId }: { vault: Vault; subjectId: string },
): Promise<{ apps: App[]; passkeys: Passkey[] }> {
  const [apps, passkeys] = await Promise.all([
    tx
      .select()
      .from(totpFactor)
      .where(and(eq(totpFactor.subjectId, subjectId), isNotNull(totpFactor.confirmedAt)))
      .orderBy(totpFactor.createdAt),
    tx.select().from(passkey).where(eq(passkey.subjectId, subjectId)).orderBy(passkey.createdAt),
  ]);
  return {
    apps: apps.filter((row) => row.rowMac === totpMac(vault, row)),
    passkeys: passkeys.filter((row) => row.rowMac === passkeyMac(vault, row)),
  };
}

/**
 * Whether an account has a factor, also one that does not verify because it was altered by hand or is damaged.
 * Such a one opens nothing, and yet the account is none without a factor: nobody adds a first one to it by the
 * password alone, and no mailed link alone sets a password. The way in is that of who has lost them all.
 */
export async function isProtected(tx: Db | Tx, subjectId: string): Promise<boolean> {
  const confirmed = and(eq(totpFactor.subjectId, subjectId), isNotNull(totpFactor.confirmedAt));
  const [apps, passkeys] = await Promise.all([
    tx.$count(totpFactor, confirmed),
    tx.$count(passkey, eq(passkey.subjectId, subjectId)),
  ]);
  return apps + passkeys > 0;
}

/** How many second factors of a subject verify. */
export async function countFactors(
  tx: Db | Tx,
  { vault, subjectId }: { vault: Vault; subjectId: string },
): Promise<Strong> {
  const { apps, passkeys } = await ownFactors(tx, { vault, subjectId });
  return { apps: apps.length, passkeys: passkeys.length };
}

/** The same rows as part of another query: what a session may do follows from them, each time anew. */
export function factorRows(subject: SQLWrapper) {
  return sql<RawFactors>`json_build_object(
    'apps', (select json_agg(json_build_object('id', f.id, 'subjectId', f.subject_id, 'secret', f.secret,
        'lastStep', f.last_step, 'createdAt', f.created_at, 'confirmedAt', f.confirmed_at, 'rowMac', f.row_mac))
      from totp_factor f where f.subject_id = ${subject} and f.confirmed_at is not null),
    'passkeys', (select json_agg(json_build_object('id', p.id, 'subjectId', p.subject_id,
        'credentialId', p.credential_id, 'credentialIndex', p.credential_index, 'publicKey', p.public_key,
        'counter', p.counter, 'backupEligible', p.backup_eligible, 'backedUp', p.backed_up,
        'transports', p.transports, 'createdAt', p.created_at, 'rowMac', p.row_mac))
      from passkey p where p.subject_id = ${subject}))`;
}

/** JSON knows no dates. */
type Raw<T> = { [K in keyof T]: Date extends T[K] ? string : T[K] };
type RawFactors = {
  apps: Raw<Pick<App, 'id' | 'subjectId' | 'lastStep' | 'createdAt' | 'rowMac'> & RawApp>[] | null;
  passkeys: Raw<Omit<Passkey, 'label' | 'lastUsedAt'>>[] | null;
};
type RawApp = { secret: Sealed; confirmedAt: Date };

/** How many of the rows that `factorRows` found verify. */
export function countRows(vault: Vault, { apps, passkeys }: RawFactors): Strong {
  return {
    apps: (apps ?? []).filter(
      (row) =>
        row.rowMac ===
        totpMac(vault, {
          ...row,
          createdAt: new Date(row.createdAt),
          confirmedAt: new Date(row.confirmedAt),
        }),
    ).length,
    passkeys: (passkeys ?? []).filter(
      (row) => row.rowMac === passkeyMac(vault, { ...row, createdAt: new Date(row.createdAt) }),
    ).length,
  };
}
