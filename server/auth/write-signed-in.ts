import { type Db, type Tx, withSubject } from '../../db/connect.ts';
import { DomainError } from '../errors.ts';
import { lockAccount } from './lock-account.ts';
import { sessionStands } from './sessions.ts';

type SignedIn = { subjectId: string; handle: string; now: Date };

/**
 * That whoever acts is still signed in, behind the lock of the account: whoever ends a session takes that
 * lock first, so that no act of a session is written once its end is.
 * @throws {DomainError} SIGNED_OUT when it ended since the call began
 */
export async function assertStillSignedIn(
  tx: Tx,
  { subjectId, handle, now }: SignedIn,
): Promise<void> {
  await lockAccount(tx, subjectId);
  if (!(await sessionStands(tx, { handle, now }))) throw new DomainError('SIGNED_OUT');
}

/**
 * Writes to a person's rows for somebody who is signed in, and still is.
 * @throws {DomainError} SIGNED_OUT
 */
export function writeSignedIn<T>(
  db: Db,
  signedIn: SignedIn,
  statements: (tx: Tx) => Promise<T>,
): Promise<T> {
  return withSubject(db, signedIn.subjectId, 'write', async (tx) => {
    await assertStillSignedIn(tx, signedIn);
    return statements(tx);
  });
}
