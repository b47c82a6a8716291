import type { Context } from '../trpc/context.ts';
import { passkeyOnly } from './session-rules.ts';
import type { LiveSession } from './sessions.ts';

/**
 * Whether an attempt has proved an app at a door that opens to passkeys alone, and its person has none: it may
 * add one, and nothing else.
 */
export function owesPasskey(
  { deps, surface }: Pick<Context, 'deps' | 'surface'>,
  { methods, factors }: Pick<LiveSession, 'methods' | 'factors'>,
): boolean {
  return passkeyOnly(deps.env, surface) && factors.passkeys === 0 && methods.includes('otp');
}
