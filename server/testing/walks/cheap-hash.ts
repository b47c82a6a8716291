import { hash } from '@node-rs/argon2';
import { eq } from 'drizzle-orm';
import { passwordCredential } from '../../../db/schema/auth.ts';
import type { Walk } from './state.ts';

/** `Algorithm.Argon2id`; as weak as the library makes one. */
const parameters = { algorithm: 2, memoryCost: 8, timeCost: 1, parallelism: 1 };

/**
 * Puts a cheap hash of the same password in the place of the one that was made: what is checked carries its own
 * cost, and a walk checks a password at every fourth step.
 */
export async function cheapHash(
  { deps, subjectId }: Pick<Walk, 'deps' | 'subjectId'>,
  password: string,
): Promise<void> {
  await deps.connection.db
    .update(passwordCredential)
    .set({ hash: await cheap(password) })
    .where(eq(passwordCredential.subjectId, subjectId));
}

const known = new Map<string, Promise<string>>();

function cheap(password: string): Promise<string> {
  const made = known.get(password) ?? hash(password, parameters);
  known.set(password, made);
  return made;
}
