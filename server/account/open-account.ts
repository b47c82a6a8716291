import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import type { DataKey, Vault } from '../crypto/vault.ts';

export type NewAccount = {
  subjectId: string;
  key: DataKey;
  email: string;
  /** Null where nobody has proved the mailbox yet. */
  emailVerifiedAt: Date | null;
  displayName: string;
  company?: string | null;
  country: string;
  region?: string | null;
  language: string;
  timeZone: string;
  now: Date;
};

/**
 * Writes the account of a new customer, who has agreed to nothing optional yet.
 * @returns false when another account has the address: the database decides, also of two at once
 */
export async function openAccount(
  tx: Tx,
  vault: Vault,
  { subjectId, key, email, displayName, company, region, now, ...given }: NewAccount,
): Promise<boolean> {
  const seal = (column: string, text: string) => vault.seal(key, `account.${column}`, text);
  const [opened] = await tx
    .insert(account)
    .values({
      ...given,
      subjectId,
      role: 'customer',
      status: 'active',
      email: seal('email', email),
      emailIndex: vault.emailIndex(email),
      displayName: seal('display_name', displayName),
      company: company == null ? null : seal('company', company),
      region: region ?? null,
      theme: 'auto',
      createdAt: now,
      sessionEpoch: 0,
      supportAccess: true,
    })
    .onConflictDoNothing({ target: account.emailIndex })
    .returning({ subjectId: account.subjectId });
  return opened !== undefined;
}
