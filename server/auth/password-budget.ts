import type { Context } from '../trpc/context.ts';
import { knownPlaceOf } from './known-places.ts';
import { budgets, returnPoint, take } from './limits.ts';
import { noteTried } from './stuffing.ts';

type Account = { subjectId: string; emailIndex: string };

export type PasswordAttempt = {
  /** Whether the password may be looked at. */
  may: boolean;
  /** Seconds for which wrong passwords are answered with a pause, or null while there is none. */
  pausedSeconds: number | null;
  /** The password was right: what was taken goes back. */
  giveBack(): Promise<void>;
  /** It was wrong, or not looked at. */
  refused(): Promise<void>;
};

/**
 * Takes one password out of the budgets before it is looked at. Every attempt counts for the account;
 * from a place where its person never signed in, ten in a quarter of an hour are looked at in all. A
 * known browser or network is measured by a count of its own, so that strangers cannot lock it out.
 *
 * Whoever shares a network with somebody must not learn from this who has an account: a wrong password
 * is answered by the account's count alone, wherever it comes from, and each place costs the same
 * statements. The two counts begin anew together, so that whoever may not try is also told so. Each is
 * one upsert: a burst cannot pass it. Of those that are looked at, thirty are in a day.
 */
export async function takePassword(
  ctx: Context,
  { subjectId, emailIndex }: Account,
): Promise<PasswordAttempt> {
  const { deps, now, ipPrefix } = ctx;
  const known = await knownPlaceOf(ctx, subjectId);
  const place = known ?? `${emailIndex} ${ipPrefix}`;
  const all = await take(deps, budgets.passwordByAccount, { of: emailIndex, now });
  const here = await take(deps, budgets.passwordByPlace, { of: place, now, endsAt: all.endsAt });
  // What is not looked at anyway teaches nobody anything, and takes none of the day's.
  const day = all.over
    ? null
    : await take(deps, budgets.passwordByAccountDay, { of: emailIndex, now });
  const closed = all.over || day?.over === true;
  return {
    may: known === null ? !closed : !here.over,
    pausedSeconds: all.over ? all.seconds : day?.over ? day.seconds : null,
    async refused() {
      if (day) await noteTried(ctx, day);
    },
    async giveBack() {
      if (day) await returnPoint(deps, budgets.passwordByAccountDay, emailIndex, now);
      // Of a network only wrong ones count: many people may be behind one.
      await returnPoint(deps, budgets.passwordByNetwork, ipPrefix, now);
      await returnPoint(deps, budgets.passwordByAccount, emailIndex, now);
      await returnPoint(deps, budgets.passwordByPlace, place, now);
    },
  };
}
