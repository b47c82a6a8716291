import type { ErasurePlan } from '../../../db/data-map/erase.ts';
import { canonicalJson, sha256 } from '../../crypto/canonical.ts';

/** The hash that is shown, confirmed, run and proved. */
export function planHash(plan: ErasurePlan): string {
  return sha256(canonicalJson(plan));
}
