import type { ErasurePlan } from '../../../db/data-map/erasure-plan.ts';
import { canonicalJson, sha256 } from '../../crypto/canonical.ts';

/** The hash that is shown, confirmed, run and proved. */
export function planHash(plan: ErasurePlan): string {
  return sha256(canonicalJson(plan));
}

/**
 * The plan as it was confirmed.
 *
 * @throws {Error} when what is stored is not what was confirmed: then nothing may run in its name
 */
export function confirmedPlan({
  plan,
  planHash: hash,
}: {
  plan: string | null;
  planHash: string | null;
}): ErasurePlan {
  if (!plan || !hash || sha256(plan) !== hash)
    throw new Error('the stored plan is not the confirmed one');
  return JSON.parse(plan) as ErasurePlan;
}
