import {
  createHash,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import type { Assertion, Attestation } from '../auth/input.ts';

type Creation = { challenge: string; user: { id: string }; excludeCredentials?: { id: string }[] };
type Request = { challenge: string; allowCredentials?: { id: string }[] | undefined };

/** What a device of the test may do otherwise than it should. */
export type Manner = {
  origin?: string;
  rpId?: string;
  /** Its person typed no PIN and showed no finger. */
  unverified?: boolean;
  /** Says so many uses, whatever it has counted. */
  counter?: number;
  crossOrigin?: boolean;
  userHandle?: string | null;
};

const flag = { present: 0x01, verified: 0x04, canSync: 0x08, synced: 0x10, key: 0x40 };

/** One passkey on a device made of software: P-256, as browsers make them. */
export type SoftPasskey = ReturnType<typeof softPasskey>;

/** @param synced whether it is on several devices of its person; those count no uses */
export function softPasskey({ synced = false }: { synced?: boolean } = {}) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(32);
  const backup = synced ? flag.canSync | flag.synced : 0;
  let userHandle: string | null = null;
  let uses = 0;

  const counted = (counter: number | undefined) => {
    uses += synced ? 0 : 1;
    return counter ?? uses;
  };
  return {
    id: id.toString('base64url'),
    /** Makes the passkey for whom it is asked for. */
    create({ challenge, user }: Creation, manner: Manner = {}): Attestation {
      userHandle = user.id;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const authData = Buffer.concat([
        head(manner, backup | flag.key, counted(manner.counter)),
        Buffer.alloc(16),
        length,
        id,
        coseKey(publicKey),
      ]);
      const attestationObject = isoCBOR.encode(
        new Map<string, unknown>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
          ['authData', Uint8Array.from(authData)],
        ]) as never,
      );
      return {
        id: id.toString('base64url'),
        clientDataJSON: clientData('webauthn.create', challenge, manner).toString('base64url'),
        attestationObject: Buffer.from(attestationObject).toString('base64url'),
        transports: ['internal'],
      };
    },
    /** Signs what it is asked to. */
    sign({ challenge }: Request, manner: Manner = {}): Assertion {
      const authData = head(manner, backup, counted(manner.counter));
      const data = clientData('webauthn.get', challenge, manner);
      const signed = Buffer.concat([authData, createHash('sha256').update(data).digest()]);
      return {
        id: id.toString('base64url'),
        clientDataJSON: data.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: sign('sha256', signed, privateKey).toString('base64url'),
        userHandle: manner.userHandle === undefined ? userHandle : manner.userHandle,
      };
    },
  };
}

function head({ rpId = 'localhost', unverified }: Manner, more: number, counter: number): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  const flags = flag.present | (unverified ? 0 : flag.verified) | more;
  return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), count]);
}

function clientData(
  type: string,
  challenge: string,
  { origin = 'http://localhost:3000', crossOrigin = false }: Manner,
): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin }));
}

/** RFC 9053 7.1.1: an EC2 key on P-256 for ES256. */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' }) as JsonWebKey;
  const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'base64url'));
  const cose = new Map<number, unknown>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, bytes(x)],
    [-3, bytes(y)],
  ]);
  return Buffer.from(isoCBOR.encode(cose as never));
}
