import type { Db } from '../../db/connect.ts';
import { spentCall } from '../../db/schema/service-call.ts';
import { CallRefusal } from './call-refusal.ts';
import type { SignedCall } from './signature.ts';

/**
 * Takes a signed call, once: of any number that come with its id, one insert makes the row. It is spent
 * before the act: a call whose act fails is signed anew.
 *
 * @throws {CallRefusal} when it was taken before
 */
export async function spendCall(
  db: Db,
  { serviceId, callId, expiresAt }: SignedCall,
): Promise<void> {
  const taken = await db
    .insert(spentCall)
    .values({ serviceId, callId, expiresAt })
    .onConflictDoNothing()
    .returning({ callId: spentCall.callId });
  if (taken.length === 0) throw new CallRefusal('replayed', serviceId);
}
