import { type SoftPasskey, softPasskey } from '../authenticator.ts';
import type { Called, Must } from './call.ts';
import { codeOf, stepOf, wrongCode } from './rules.ts';
import type { Browser, Walk } from './state.ts';

type Creation = Parameters<SoftPasskey['create']>[0];

/**
 * The code by which an app that was just begun is confirmed, or, now and then, a wrong one.
 * @returns `own`: the app, if this browser began it: one of somebody else is nobody's to confirm. `step`: of
 *   the code, null for a wrong one
 */
export function codeOfNewApp(
  walk: Walk,
  { who }: Browser,
  began: Called<{ secret: string }>,
  n: number,
) {
  if (began.done) walk.begun = { secret: began.value.secret, holder: who };
  const own = walk.begun?.holder === who ? walk.begun : null;
  const code = own && n % 6 !== 0 ? codeOf(own.secret, walk) : wrongCode(walk);
  const step = walk.begun && stepOf(walk.begun.secret, code, walk);
  return { own, code, step };
}

/** A passkey made as it was asked for, now and then without having asked for its person. */
export function newPasskey(asked: Called<Creation>, n: number) {
  const device = softPasskey();
  const unverified = n % 6 === 0;
  const unasked = { challenge: 'A'.repeat(43), user: { id: 'AAAA' } };
  const passkey = device.create(
    asked.done ? asked.value : unasked,
    unverified ? { unverified } : {},
  );
  const fits: Must = asked.done && !unverified ? null : 'PASSKEY_REFUSED';
  return { device, passkey, fits };
}
