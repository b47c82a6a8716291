import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Tx } from '../../db/connect.ts';
import { deleteBatch, erasureOrder } from '../../db/data-map/erase.ts';
import { account } from '../../db/schema/account.ts';
import { signUp } from '../../db/schema/sign-up.ts';
import type { Vault } from '../crypto/vault.ts';
import { defineJob, type JobDefinition } from '../jobs/define.ts';

const payload = z.strictObject({ subjectId: z.uuid() });
type Payload = z.infer<typeof payload>;

/** Ends a sign-up that nobody finished in its day, or whose address has an account by now. */
export const lapseJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'sign_up.lapse',
  maxAttempts: 20,
  parse: (value) => payload.parse(value),
  async run({ deps: { vault }, tx, payload: { subjectId }, now }) {
    const [asked] = await tx
      .select({ expiresAt: signUp.expiresAt, emailIndex: signUp.emailIndex })
      .from(signUp)
      .where(eq(signUp.subjectId, subjectId))
      .for('update');
    const over = !asked || asked.expiresAt <= now || (await isTaken(tx, asked.emailIndex));
    if (!over) return { runAt: asked.expiresAt };
    await forgetSignUp(tx, vault, { subjectId, now });
    return 'done';
  },
});

/**
 * Takes away everything that hangs on a sign-up: whatever table it stands in, and the key. What became an
 * account stays.
 */
export async function forgetSignUp(
  tx: Tx,
  vault: Vault,
  { subjectId, now }: { subjectId: string; now: Date },
): Promise<void> {
  const own = eq(account.subjectId, subjectId);
  if ((await tx.$count(account, own)) > 0) return;
  for (const table of erasureOrder)
    if (table.onErasure === 'delete' && table.name !== 'subjectKey')
      await deleteBatch(tx, { table, subjectId, now });
  await vault.destroySubjectKey(tx, subjectId);
}

async function isTaken(tx: Tx, emailIndex: string): Promise<boolean> {
  return (await tx.$count(account, eq(account.emailIndex, emailIndex))) > 0;
}
