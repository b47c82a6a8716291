import { columnOf, subjectTableNamed } from '../../db/data-map/index.ts';
import { maskValue } from '../../db/data-map/mask.ts';
import type { account } from '../../db/schema/account.ts';
import type { DataKey, Vault } from '../crypto/vault.ts';

const columns = subjectTableNamed('account');
const nameColumn = columnOf(columns, 'displayName');
const emailColumn = columnOf(columns, 'email');

/** A name as the map lets staff see it. */
export function maskedName(name: string): string {
  return String(maskValue(nameColumn, name));
}

/** Name and address of an account as the map lets staff see them. */
export function maskedPerson(
  vault: Vault,
  key: DataKey,
  { displayName, email }: Pick<typeof account.$inferSelect, 'displayName' | 'email'>,
): { name: string; email: string } {
  return {
    name: maskedName(vault.unseal(key, 'account.display_name', displayName)),
    email: String(maskValue(emailColumn, vault.unseal(key, 'account.email', email))),
  };
}
