import { CompactSign, importPKCS8 } from 'jose';

/** A service's private half of a key that the portal knows. */
export type ServiceKey = {
  kid: string;
  /** Ed25519, PKCS #8 PEM. */
  privateKeyPem: string;
};

/** Seconds. The portal takes no call that is valid longer. */
const LIFETIME_SECONDS = 60;

export type Signer = (call: {
  procedure: string;
  body: Uint8Array<ArrayBuffer>;
  purpose: string;
  now: Date;
}) => Promise<string>;

/** Makes the signatures of one service's calls: one for each call, good once, for a minute. */
export function createSigner({ service, key }: { service: string; key: ServiceKey }): Signer {
  const imported = importPKCS8(key.privateKeyPem, 'EdDSA');
  // A key that cannot be read is told with the first call, not to a process that may not listen yet.
  imported.catch(() => {});
  return async ({ procedure, body, purpose, now }) => {
    const iat = Math.floor(now.getTime() / 1_000);
    const claims = {
      iss: service,
      sub: service,
      aud: 'portal-internal',
      iat,
      exp: iat + LIFETIME_SECONDS,
      jti: randomId(),
      htm: 'POST',
      htp: procedure,
      bsh: base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', body))),
      purpose,
    };
    const token = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'EdDSA', typ: 'portal-svc+jwt', kid: key.kid })
      .sign(await imported);
    return `PortalService ${token}`;
  };
}

/** 144 random bits. */
function randomId(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(18)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
