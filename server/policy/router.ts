import { eq } from 'drizzle-orm';
import { policyLists, recipientRegister } from '../../db/data-map/register.ts';
import { policyVersion } from '../../db/schema/policy.ts';
import { DomainError } from '../errors.ts';
import { router } from '../trpc/init.ts';
import { nothing } from '../trpc/input.ts';
import { publicProcedure } from '../trpc/ladder.ts';
import { policyContacts, policyText } from './text.ts';
import { CURRENT_POLICY_VERSION } from './version.ts';

/** The policy as data: wording, lists from the map, recipients, contacts, and its hash. */
export const policyRouter = router({
  get: publicProcedure.input(nothing).query(async ({ ctx }) => {
    const [version] = await ctx.deps.connection.db
      .select()
      .from(policyVersion)
      .where(eq(policyVersion.version, CURRENT_POLICY_VERSION));
    if (!version) throw new DomainError('UNAVAILABLE');
    return {
      ...version,
      chapters: policyText,
      lists: policyLists(),
      recipients: recipientRegister(),
      contacts: policyContacts,
    };
  }),
});
