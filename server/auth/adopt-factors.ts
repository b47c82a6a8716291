import { sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { recoveryCode, totpFactor } from '../../db/schema/auth.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Deps } from '../deps.ts';
import { recoveryMac } from './recovery-codes.ts';
import { totpMac } from './totp.ts';

const MIGRATION = '0020_passkeys.sql';
const MARK = 'before 0020';
const BATCH = 500;

/**
 * Gives apps and recovery codes of before passkeys the proof that their rows need from now on. Only rows that
 * the migration itself wrote last are taken: the database's own note of who wrote a row cannot be set by SQL,
 * so that whatever was inserted or edited since stays without. Done at every start; after the first there is
 * nothing left to do.
 */
export async function adoptFactors({ connection, vault }: Pick<Deps, 'connection' | 'vault'>) {
  for (;;) {
    const adopted = await connection.db.transaction(
      async (tx) => (await adoptApps(tx, vault)) + (await adoptCodes(tx, vault)),
    );
    if (adopted === 0) return;
  }
}

/** Rows that nobody has written since the migration, and that no other starting process is at. */
const untouched = (table: typeof totpFactor | typeof recoveryCode) => sql`
  ${table.rowMac} like ${`${MARK}%`}
  and ${table}.xmin = (select m.xmin from migration m where m.name = ${MIGRATION})`;

async function adoptApps(tx: Tx, vault: Vault): Promise<number> {
  const rows = await tx
    .select()
    .from(totpFactor)
    .where(untouched(totpFactor))
    .limit(BATCH)
    .for('update', { skipLocked: true });
  for (const row of rows) {
    // The proof of then is still asked for: a row that did not fit it is no factor now either.
    const then = vault.rowMac('totp_factor', [
      row.id,
      row.subjectId,
      row.secret,
      row.createdAt.toISOString(),
    ]);
    const rowMac = row.rowMac === `${MARK} ${then}` ? totpMac(vault, row) : 'none';
    await tx.update(totpFactor).set({ rowMac }).where(sql`${totpFactor.id} = ${row.id}`);
  }
  return rows.length;
}

async function adoptCodes(tx: Tx, vault: Vault): Promise<number> {
  const rows = await tx
    .select()
    .from(recoveryCode)
    .where(untouched(recoveryCode))
    .limit(BATCH)
    .for('update', { skipLocked: true });
  for (const row of rows)
    await tx
      .update(recoveryCode)
      .set({ rowMac: recoveryMac(vault, row) })
      .where(sql`${recoveryCode.id} = ${row.id}`);
  return rows.length;
}
