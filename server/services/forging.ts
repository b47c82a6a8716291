import { createHash, createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { ServiceKey } from './client/sign.ts';
import type { TestService } from './testing.ts';

/** Procedure of the calls that are forged here. */
export const PROCEDURE = 'consent.mayContact';
const base64url = (text: string | Buffer) => Buffer.from(text).toString('base64url');
export const hashOf = (body: string | Buffer) =>
  createHash('sha256').update(body).digest().toString('base64url');
const seconds = () => Math.floor(Date.now() / 1_000);

export type Changes = {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  /** Signs the two parts; the service's own key unless said otherwise. */
  signer?: (signed: string) => string;
};

/** A signed call, with changes made before it is signed: what a careful attacker can make. */
export function signed(
  { id, key }: TestService,
  body: string,
  { header, claims, signer }: Changes = {},
) {
  const iat = seconds();
  const head = { alg: 'EdDSA', typ: 'portal-svc+jwt', kid: key.kid, ...header };
  const payload = {
    iss: id,
    sub: id,
    aud: 'portal-internal',
    iat,
    exp: iat + 60,
    jti: randomUUID(),
    htm: 'POST',
    htp: PROCEDURE,
    bsh: hashOf(body),
    purpose: 'marketing',
    ...claims,
  };
  const parts = `${base64url(JSON.stringify(head))}.${base64url(JSON.stringify(payload))}`;
  const own = (text: string) =>
    sign(null, Buffer.from(text), key.privateKeyPem).toString('base64url');
  return `PortalService ${parts}.${(signer ?? own)(parts)}`;
}

/** A key that the portal does not know. */
function strangeKey(): ServiceKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    kid: 'mailer-00000000',
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const day = 86_400;
const strange = strangeKey();
const jwk = { kty: 'OKP', crv: 'Ed25519', x: base64url(Buffer.alloc(32, 7)) };

/** What is changed, why it is refused, and whether the service still stands as the actor. */
export const alterations: [string, string, string, boolean, Changes][] = [
  ['for another audience', 'SIGNATURE_REFUSED', 'audience', true, { claims: { aud: 'portal' } }],
  [
    'for several audiences',
    'SIGNATURE_REFUSED',
    'claims',
    true,
    { claims: { aud: ['portal-internal'] } },
  ],
  [
    'in another service’s name',
    'SIGNATURE_REFUSED',
    'issuer',
    true,
    { claims: { iss: 'billing' } },
  ],
  ['about another service', 'SIGNATURE_REFUSED', 'issuer', true, { claims: { sub: 'billing' } }],
  [
    'that has expired',
    'CALL_OUT_OF_TIME',
    'expired',
    true,
    { claims: { iat: seconds() - 61, exp: seconds() - 1 } },
  ],
  [
    'from the future',
    'CALL_OUT_OF_TIME',
    'future',
    true,
    { claims: { iat: seconds() + 3_600, exp: seconds() + 3_660 } },
  ],
  [
    'that would be valid for a day',
    'CALL_OUT_OF_TIME',
    'lifetime',
    true,
    { claims: { exp: seconds() + day } },
  ],
  ['for another method', 'CALL_ALTERED', 'method', true, { claims: { htm: 'GET' } }],
  [
    'for another procedure',
    'CALL_ALTERED',
    'procedure',
    true,
    { claims: { htp: 'account.lookup' } },
  ],
  ['of another body', 'CALL_ALTERED', 'body', true, { claims: { bsh: hashOf('{}') } }],
  ['without an id', 'SIGNATURE_REFUSED', 'claims', true, { claims: { jti: undefined } }],
  [
    'that claims more than a call',
    'SIGNATURE_REFUSED',
    'claims',
    true,
    { claims: { admin: true } },
  ],
  [
    'for a purpose that nobody knows',
    'PURPOSE_NOT_ALLOWED',
    'purpose',
    true,
    { claims: { purpose: 'curiosity' } },
  ],
  [
    'for a purpose that is not its own',
    'PURPOSE_NOT_ALLOWED',
    'purpose',
    true,
    { claims: { purpose: 'fraud_detection' } },
  ],
  ['of another type', 'SIGNATURE_REFUSED', 'type', false, { header: { typ: 'JWT' } }],
  [
    'without an algorithm',
    'SIGNATURE_REFUSED',
    'algorithm',
    false,
    { header: { alg: 'none' }, signer: () => '' },
  ],
  [
    'by a shared secret made of the public key',
    'SIGNATURE_REFUSED',
    'algorithm',
    false,
    {
      header: { alg: 'HS256' },
      signer: (text) => createHmac('sha256', 'x').update(text).digest('base64url'),
    },
  ],
  [
    'by a key that nobody registered',
    'SERVICE_KEY_REFUSED',
    'unknown_key',
    false,
    { header: { kid: strange.kid } },
  ],
  [
    'by another key than it names',
    'SIGNATURE_REFUSED',
    'signature',
    false,
    {
      signer: (text) => sign(null, Buffer.from(text), strange.privateKeyPem).toString('base64url'),
    },
  ],
  ['that brings its key along', 'SIGNATURE_REFUSED', 'header', false, { header: { jwk } }],
  [
    'that says where its key is',
    'SIGNATURE_REFUSED',
    'header',
    false,
    { header: { jku: 'https://example.com/keys' } },
  ],
  [
    'with a certificate’s address',
    'SIGNATURE_REFUSED',
    'header',
    false,
    { header: { x5u: 'https://example.com/x5' } },
  ],
  [
    'with instructions for its reader',
    'SIGNATURE_REFUSED',
    'header',
    false,
    { header: { crit: ['b64'], b64: false } },
  ],
  [
    'with a key id that is a path',
    'SIGNATURE_REFUSED',
    'header',
    false,
    { header: { kid: '../k' } },
  ],
];
