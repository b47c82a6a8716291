import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { policyVersion } from '../../db/schema/policy.ts';
import { canonicalJson } from '../crypto/canonical.ts';
import { policyContacts, policyText } from './text.ts';
import { CURRENT_POLICY_VERSION, EFFECTIVE_AT } from './version.ts';

/** SHA-256 of the wording, over its canonical JSON (RFC 8785). */
export function policyHash(): string {
  const json = canonicalJson(
    JSON.parse(JSON.stringify({ text: policyText, contacts: policyContacts })),
  );
  return createHash('sha256').update(json).digest('hex');
}

/**
 * Puts the wording on record under its version.
 * @throws {Error} when this version was published with other words: a change needs a new version
 */
export async function publishPolicy(tx: Tx, now: Date): Promise<void> {
  const contentHash = policyHash();
  await tx
    .insert(policyVersion)
    .values({
      version: CURRENT_POLICY_VERSION,
      contentHash,
      publishedAt: now,
      effectiveAt: EFFECTIVE_AT,
    })
    .onConflictDoNothing();
  const [row] = await tx
    .select()
    .from(policyVersion)
    .where(eq(policyVersion.version, CURRENT_POLICY_VERSION));
  if (row && row.contentHash !== contentHash) {
    throw new Error(
      `The policy's words changed, but not its version (${CURRENT_POLICY_VERSION}). Give the new words a new version.`,
    );
  }
}
