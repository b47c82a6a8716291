import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { COSEALG, decodeAttestationObject, isoCBOR } from '@simplewebauthn/server/helpers';
import type { passkey } from '../../db/schema/passkey.ts';
import type { Env } from '../env.ts';
import type { Surface } from '../trpc/context.ts';
import type { Assertion, Attestation } from './input.ts';

const NAME = 'EaseLLM Privacy';
/** A prompt stays as long as its challenge works. */
export const CHALLENGE_MS = 5 * 60_000;
/** What devices sign with: EdDSA, ES256, RS256. */
const ALGORITHMS = [COSEALG.EdDSA, COSEALG.ES256, COSEALG.RS256];

type Site = { id: string; origin: string };
type Row = typeof passkey.$inferSelect;
/** What is kept of a new passkey. */
export type NewCredential = Pick<
  Row,
  'publicKey' | 'counter' | 'backupEligible' | 'backedUp' | 'transports'
> & { id: string };
type Known = { id: string; transports: string[] };

/** Whose passkeys are taken at a door: its configured address alone says so, never the request. */
export function siteOf(
  { PUBLIC_URL, CONSOLE_URL }: Pick<Env, 'PUBLIC_URL' | 'CONSOLE_URL'>,
  surface: Surface,
): Site {
  const { hostname, origin } = new URL(surface === 'portal' ? PUBLIC_URL : CONSOLE_URL);
  return { id: hostname, origin };
}

/** Asks for a signature by one of these passkeys, or by any of this site where none are named. */
export async function askForPasskey(site: Site, challenge: string, known: readonly Known[] = []) {
  const { extensions: _, ...options } = await generateAuthenticationOptions({
    rpID: site.id,
    challenge: Buffer.from(challenge, 'base64url'),
    timeout: CHALLENGE_MS,
    userVerification: 'required',
    allowCredentials: known.map(describe),
  });
  return options;
}

/** Asks for a new passkey, on a device that has none of these. */
export async function askForNewPasskey(
  site: Site,
  {
    challenge,
    person,
    known,
  }: {
    challenge: string;
    person: { subjectId: string; email: string; name: string };
    known: readonly Known[];
  },
) {
  const { extensions: _, ...options } = await generateRegistrationOptions({
    rpName: NAME,
    rpID: site.id,
    challenge: Buffer.from(challenge, 'base64url'),
    userID: userHandle(person.subjectId),
    userName: person.email,
    userDisplayName: person.name,
    timeout: CHALLENGE_MS,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: known.map(describe),
  });
  return options;
}

/** How a device knows whose passkey it is: the account's id, which says nothing of the person. */
function userHandle(subjectId: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(subjectId.replaceAll('-', ''), 'hex'));
}

function describe({ id, transports }: Known) {
  return { id, transports: transports as Attestation['transports'] };
}

/** The challenge that was signed, as the browser says; null for what no browser writes. */
export function challengeIn(clientDataJSON: string): string | null {
  try {
    const { challenge, crossOrigin } = JSON.parse(
      Buffer.from(clientDataJSON, 'base64url').toString(),
    ) as { challenge?: unknown; crossOrigin?: unknown };
    // The portal is shown in nobody's frame.
    return typeof challenge === 'string' && crossOrigin !== true ? challenge : null;
  } catch {
    return null;
  }
}

/**
 * Whether a new passkey is what was asked for: signed at this site, by a device that has verified its person.
 * What the device says about its make is left out before anything reads it: nobody asked, and certificates
 * name addresses from which lists would be fetched.
 */
export async function verifyNewPasskey(
  site: Site,
  challenge: string,
  { id, clientDataJSON, attestationObject, transports }: Attestation,
): Promise<NewCredential | null> {
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON,
          attestationObject: withoutStatement(attestationObject),
          transports,
        },
      },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return null;
    const { credential, credentialDeviceType, credentialBackedUp } = registrationInfo;
    if (credential.id !== id) return null;
    return {
      id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      backupEligible: credentialDeviceType === 'multiDevice',
      backedUp: credentialBackedUp,
      transports,
    };
  } catch {
    return null;
  }
}

function withoutStatement(attestationObject: string): string {
  const given = decodeAttestationObject(
    Uint8Array.from(Buffer.from(attestationObject, 'base64url')),
  );
  const authData = given.get('authData');
  const bare = new Map<string, unknown>([
    ['fmt', 'none'],
    ['attStmt', new Map()],
    ['authData', authData],
  ]);
  return Buffer.from(isoCBOR.encode(bare as never)).toString('base64url');
}

/**
 * Whether a passkey has signed the challenge at this site, after its device has verified its person.
 * @returns what the device says of itself now; null for any other signature
 */
export async function verifyAssertion(
  site: Site,
  challenge: string,
  row: Pick<Row, 'publicKey' | 'backupEligible' | 'subjectId'>,
  { id, clientDataJSON, authenticatorData, signature, userHandle: handle }: Assertion,
): Promise<{ counter: number; backedUp: boolean } | null> {
  const own = Buffer.from(userHandle(row.subjectId)).toString('base64url');
  if (handle !== null && handle !== own) return null;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, authenticatorData, signature },
      },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: true,
      // The count is judged by `checkPasskey`: what it means depends on the device.
      credential: {
        id,
        publicKey: Uint8Array.from(Buffer.from(row.publicKey, 'base64url')),
        counter: 0,
      },
    });
    const { newCounter, credentialDeviceType, credentialBackedUp } = authenticationInfo;
    const eligible = credentialDeviceType === 'multiDevice';
    if (!verified || eligible !== row.backupEligible) return null;
    return { counter: newCounter, backedUp: credentialBackedUp };
  } catch {
    return null;
  }
}
