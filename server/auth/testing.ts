import type { Deps } from '../deps.ts';
import { type SoftPasskey, softPasskey } from '../testing/authenticator.ts';
import { runWaiting } from '../testing/jobs.ts';
import { callerFor, emptyJar, type Jar, type Person, signedInAs } from '../testing/people.ts';
import type { Surface } from '../trpc/context.ts';
import { codeAt, STEP_SECONDS } from './totp.ts';

/** The beginning of a time step, so that no test crosses one by chance. */
export const start = new Date(Math.floor(Date.now() / 30_000) * 30_000);
/** Seconds after `start`. */
export const later = (seconds: number): Date => new Date(start.getTime() + seconds * 1_000);
export const MINUTE = 60;

/** A browser that has passed the password and not the second factor. */
export async function attempt(
  deps: Deps,
  { email, password }: Person,
  now: Date = start,
): Promise<Jar> {
  const jar = emptyJar();
  await callerFor(deps, jar, { now }).auth.signIn({ email, password });
  return jar;
}

/** Gives a recovery code in place of a code. */
export function giveRecoveryCode(deps: Deps, jar: Jar, code: string, now: Date = start) {
  // biome-ignore lint/correctness/useHookAtTopLevel: a procedure, not a hook.
  return callerFor(deps, jar, { now }).auth.useRecoveryCode({ code });
}

/** Asks for a new password, and has the letter written if there is whom to write to. */
export async function forget(deps: Deps, email: string, now: Date = start): Promise<void> {
  await callerFor(deps, emptyJar(), { now }).auth.forgot({ email });
  await runWaiting(deps, 'auth.reset_mail', now);
}

/** A code that is wrong at `now` and around it. */
export function wrongCode({ totpSecret }: Person, now: Date = start): string {
  const near = [-2, -1, 0, 1].map((steps) =>
    codeAt(totpSecret, new Date(now.getTime() + steps * STEP_SECONDS * 1_000)),
  );
  const found = ['000000', '111111', '222222', '333333', '444444'].find(
    (code) => !near.includes(code),
  );
  if (!found) throw new RangeError('every one of them is right');
  return found;
}

/** A signed-in browser that has just proved the app again: it may change what its person signs in with. */
export async function provedNow(deps: Deps, person: Person, now: Date = start): Promise<Jar> {
  const jar = await signedInAs(deps, person, {
    now: new Date(now.getTime() - STEP_SECONDS * 1_000),
  });
  await callerFor(deps, jar, { now }).auth.stepUp({ code: codeAt(person.totpSecret, now) });
  return jar;
}

/** Adds a passkey to the account of a browser that may. */
export async function addPasskey(
  deps: Deps,
  jar: Jar,
  {
    now = start,
    device = softPasskey(),
    name,
  }: { now?: Date; device?: SoftPasskey; name?: string } = {},
): Promise<SoftPasskey> {
  const { auth } = callerFor(deps, jar, { now });
  const passkey = device.create(await auth.beginNewPasskey({}));
  await callerFor(deps, jar, { now }).auth.confirmNewPasskey({ passkey, name });
  return device;
}

/** Adds one more app. @returns its secret */
export async function addApp(
  deps: Deps,
  jar: Jar,
  { now = start, name }: { now?: Date; name?: string } = {},
): Promise<string> {
  const { secret } = await callerFor(deps, jar, { now }).auth.beginNewApp({});
  await callerFor(deps, jar, { now }).auth.confirmNewApp({ code: codeAt(secret, now), name });
  return secret;
}

/** Signs in with a passkey alone. */
export async function enterWith(
  deps: Deps,
  device: SoftPasskey,
  now: Date = start,
  surface: Surface = 'portal',
): Promise<Jar> {
  const jar = emptyJar();
  const asked = await callerFor(deps, jar, { now, surface }).auth.beginPasskeySignIn({});
  await callerFor(deps, jar, { now, surface }).auth.signInWithPasskey({
    passkey: device.sign(asked),
  });
  return jar;
}
