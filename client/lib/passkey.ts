import type { RegistrationResponseJSON } from '@simplewebauthn/browser';
import { PasskeyProblem } from './passkey-problem.ts';
import type { Inputs, Outputs } from './trpc.ts';

type Assertion = Inputs['auth']['signInWithPasskey']['passkey'];
type Attestation = Inputs['auth']['confirmNewPasskey']['passkey'];
type SignOptions = Outputs['auth']['beginPasskeySignIn'];
type MakeOptions = Outputs['auth']['beginNewPasskey'];

/** Loaded with the first use of a passkey: most pages need none. */
const ceremonies = () => import('@simplewebauthn/browser');

/** A number is no name that a passkey could belong to. */
const isNumbered = (hostname: string) => /^[\d.]+$|^\[/.test(hostname);

/** Whether this browser can use passkeys at this address. */
export const canUsePasskeys: boolean =
  globalThis.isSecureContext === true &&
  typeof globalThis.PublicKeyCredential === 'function' &&
  !isNumbered(globalThis.location?.hostname ?? '');

/**
 * Lets the person use a passkey.
 * @throws {PasskeyProblem}
 */
export async function signWithPasskey(options: SignOptions): Promise<Assertion> {
  const { startAuthentication } = await ceremonies();
  try {
    return assertionOf(await startAuthentication({ optionsJSON: options }));
  } catch (error) {
    throw problemOf(error);
  }
}

/** How long an offer stands before it is made anew: its challenge works for five minutes. */
const OFFER_MS = 4 * 60_000;

/**
 * Offers the passkeys of this site among what the browser fills in.
 * @returns `late` when none was chosen in time, null when the browser offers none after all
 */
export async function offerPasskeys(options: SignOptions): Promise<Assertion | 'late' | null> {
  const { startAuthentication, WebAuthnAbortService } = await ceremonies();
  let late = false;
  const over = setTimeout(() => {
    late = true;
    WebAuthnAbortService.cancelCeremony();
  }, OFFER_MS);
  try {
    const used = await startAuthentication({ optionsJSON: options, useBrowserAutofill: true });
    return assertionOf(used);
  } catch {
    return late ? 'late' : null;
  } finally {
    clearTimeout(over);
  }
}

/** Whether the browser can offer passkeys in a field. */
export async function canOfferPasskeys(): Promise<boolean> {
  if (!canUsePasskeys) return false;
  return (await ceremonies()).browserSupportsWebAuthnAutofill();
}

/** Ends an offer that stands. */
export async function endOffer(): Promise<void> {
  (await ceremonies()).WebAuthnAbortService.cancelCeremony();
}

/**
 * Lets the person make a passkey.
 * @throws {PasskeyProblem}
 */
export async function makePasskey(options: MakeOptions): Promise<Attestation> {
  const { startRegistration } = await ceremonies();
  try {
    return attestationOf(await startRegistration({ optionsJSON: options }));
  } catch (error) {
    throw problemOf(error);
  }
}

type Signed = Awaited<ReturnType<typeof import('@simplewebauthn/browser')['startAuthentication']>>;

function assertionOf({ id, response }: Signed): Assertion {
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  return { id, clientDataJSON, authenticatorData, signature, userHandle: userHandle ?? null };
}

const known = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;

function attestationOf({ id, response }: RegistrationResponseJSON): Attestation {
  const { clientDataJSON, attestationObject, transports = [] } = response;
  return {
    id,
    clientDataJSON,
    attestationObject,
    transports: known.filter((transport) => transports.includes(transport)),
  };
}

function problemOf(error: unknown): PasskeyProblem {
  const { name, cause } = error instanceof Error ? error : new Error('unknown');
  const reason = cause instanceof Error ? cause.name : name;
  if (reason === 'InvalidStateError') return new PasskeyProblem('THERE_ALREADY');
  if (reason === 'NotAllowedError' || reason === 'AbortError')
    return new PasskeyProblem('NOT_USED');
  return new PasskeyProblem('NOT_POSSIBLE');
}
