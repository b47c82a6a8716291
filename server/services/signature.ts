import { compactVerify, decodeProtectedHeader, importSPKI } from 'jose';
import { z } from 'zod';
import { CallRefusal } from './call-refusal.ts';

export const SCHEME = 'PortalService';
export const TOKEN_TYPE = 'portal-svc+jwt';
export const AUDIENCE = 'portal-internal';
/** No call is valid longer. Seconds. */
export const MAX_LIFETIME_SECONDS = 60;
/** Clocks of two machines may differ by so much. Seconds. */
const SKEW_SECONDS = 5;
const MAX_TOKEN = 2_048;
const ALGORITHM = 'EdDSA';

const keyId = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
const claimsShape = z.strictObject({
  iss: z.string().max(64),
  sub: z.string().max(64),
  aud: z.string().max(64),
  iat: z.int(),
  exp: z.int(),
  jti: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
  /** HTTP method. */
  htm: z.string().max(16),
  /** Path of the procedure: `account.lookup`. */
  htp: z.string().max(100),
  /** SHA-256 of the body's bytes, base64url. */
  bsh: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  purpose: z.string().max(64),
});

/** A key by which a service's calls are checked. */
export type CallKey = {
  id: string;
  serviceId: string;
  /** Ed25519, SPKI PEM. */
  publicKey: string;
  status: 'active' | 'retired';
  notBefore: Date;
  notAfter: Date | null;
};

/** What a valid signature says of a call. The body is not looked at yet. */
export type SignedCall = {
  serviceId: string;
  keyId: string;
  callId: string;
  purpose: string;
  expiresAt: Date;
  bodyHash: string;
};

/**
 * Checks whose call it is, before its body is read: a JWS (RFC 7515) under a registered key, by one
 * algorithm, for this portal, this procedure and this minute. Keys and instructions that come in the
 * token itself are refused, whatever they are.
 *
 * @throws {CallRefusal} with the first thing that does not hold
 */
export async function verifyCall({
  authorization,
  method,
  procedure,
  now,
  findKey,
}: {
  authorization: string | undefined;
  method: string;
  procedure: string;
  now: Date;
  findKey: (id: string) => Promise<CallKey | null>;
}): Promise<SignedCall> {
  const token = tokenOf(authorization);
  const key = await findKey(keyIdOf(token));
  if (!key) throw new CallRefusal('unknown_key');
  assertUsable(key, now);
  const claims = await claimsOf(token, key.publicKey);
  const refuse = (reason: CallRefusal['reason']) => new CallRefusal(reason, key.serviceId);
  if (!claims) throw refuse('claims');
  if (claims.iss !== key.serviceId || claims.sub !== key.serviceId) throw refuse('issuer');
  if (claims.aud !== AUDIENCE) throw refuse('audience');
  const seconds = now.getTime() / 1_000;
  if (claims.iat > seconds + SKEW_SECONDS) throw refuse('future');
  if (claims.exp <= claims.iat || claims.exp - claims.iat > MAX_LIFETIME_SECONDS)
    throw refuse('lifetime');
  if (claims.exp <= seconds) throw refuse('expired');
  if (claims.htm !== method) throw refuse('method');
  if (claims.htp !== procedure) throw refuse('procedure');
  return {
    serviceId: key.serviceId,
    keyId: key.id,
    callId: claims.jti,
    purpose: claims.purpose,
    expiresAt: new Date(claims.exp * 1_000),
    bodyHash: claims.bsh,
  };
}

function tokenOf(authorization: string | undefined): string {
  const [scheme, token, ...rest] = (authorization ?? '').split(' ');
  if (scheme !== SCHEME || !token || rest.length > 0) throw new CallRefusal('unsigned');
  if (token.length > MAX_TOKEN) throw new CallRefusal('unreadable');
  return token;
}

/** The header names the key and nothing else: what it could bring along is never used. */
function keyIdOf(token: string): string {
  let header: Record<string, unknown>;
  try {
    header = decodeProtectedHeader(token);
  } catch {
    throw new CallRefusal('unreadable');
  }
  const { alg, typ, kid, ...others } = header;
  if (alg !== ALGORITHM) throw new CallRefusal('algorithm');
  if (typ !== TOKEN_TYPE) throw new CallRefusal('type');
  const id = keyId.safeParse(kid);
  if (!id.success || Object.keys(others).length > 0) throw new CallRefusal('header');
  return id.data;
}

function assertUsable({ status, notBefore, notAfter }: CallKey, now: Date): void {
  if (status !== 'active') throw new CallRefusal('retired_key');
  if (notBefore > now) throw new CallRefusal('key_not_yet_valid');
  if (notAfter !== null && notAfter <= now) throw new CallRefusal('key_expired');
}

/** What was signed, or null when it is signed but says something else than a call. */
async function claimsOf(
  token: string,
  publicKey: string,
): Promise<z.output<typeof claimsShape> | null> {
  let payload: Uint8Array;
  try {
    const key = await importSPKI(publicKey, ALGORITHM);
    ({ payload } = await compactVerify(token, key, { algorithms: [ALGORITHM] }));
  } catch {
    throw new CallRefusal('signature');
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(payload);
    return claimsShape.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
