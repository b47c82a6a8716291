import type { passkey } from '../../db/schema/passkey.ts';
import { newId } from '../crypto/token.ts';
import type { DataKey, Vault } from '../crypto/vault.ts';
import type { NewCredential } from './webauthn.ts';

type Row = typeof passkey.$inferSelect;

/** A passkey's row, with its proof. */
export function passkeyRow({
  vault,
  key,
  subjectId,
  name,
  credential,
  now,
}: {
  vault: Vault;
  key: DataKey;
  subjectId: string;
  name: string;
  credential: NewCredential;
  now: Date;
}): Row {
  const { id: credentialId, ...facts } = credential;
  const row = {
    id: newId(now),
    subjectId,
    label: vault.seal(key, 'passkey.label', name),
    credentialId: vault.seal(key, 'passkey.credential_id', credentialId),
    credentialIndex: credentialIndex(vault, credentialId),
    ...facts,
    createdAt: now,
    lastUsedAt: null,
  };
  return { ...row, rowMac: passkeyMac(vault, row) };
}

/** Under which a passkey is found by the id that its device gave it. */
export function credentialIndex(vault: Vault, credentialId: string): string {
  return vault.hashToken('passkey', credentialId);
}

/** A passkey inserted or edited by SQL has no fitting MAC: it never verifies and counts as none. */
export function passkeyMac(
  vault: Vault,
  row: Omit<Row, 'label' | 'lastUsedAt' | 'rowMac'>,
): string {
  return vault.rowMac('passkey', [
    row.id,
    row.subjectId,
    row.credentialId,
    row.credentialIndex,
    row.publicKey,
    row.counter,
    row.backupEligible,
    row.backedUp,
    row.transports.join(','),
    row.createdAt.toISOString(),
  ]);
}
