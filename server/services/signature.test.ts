import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CallRefusal } from './call-refusal.ts';
import { createSigner } from './client/sign.ts';
import { alterations, PROCEDURE, signed } from './forging.ts';
import { type CallKey, verifyCall } from './signature.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const mailer = {
  id: 'mailer',
  key: {
    kid: 'mailer-1',
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  },
};
const stored: CallKey = {
  id: 'mailer-1',
  serviceId: 'mailer',
  publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  status: 'active',
  notBefore: new Date(0),
  notAfter: null,
};
const body = '{"subjectId":"x"}';

/** What a call is found to be: the service it is of, or why it is refused. */
async function found(
  authorization: string | undefined,
  {
    key = stored,
    now = new Date(),
    procedure = PROCEDURE,
  }: { key?: CallKey; now?: Date; procedure?: string } = {},
): Promise<string> {
  try {
    const findKey = async (id: string) => (id === key.id ? key : null);
    const call = await verifyCall({ authorization, method: 'POST', procedure, now, findKey });
    return call.serviceId;
  } catch (cause) {
    if (cause instanceof CallRefusal) return cause.reason;
    throw cause;
  }
}

describe('a signature', () => {
  test('of the typed client is what the portal expects', async () => {
    const sign = createSigner({ service: mailer.id, key: mailer.key });
    const now = new Date();
    const authorization = await sign({
      procedure: PROCEDURE,
      body: new TextEncoder().encode(body),
      purpose: 'marketing',
      now,
    });
    expect(await found(authorization, { now })).toBe('mailer');
  });

  test('holds for a minute, and a little more than no time before it was made', async () => {
    const authorization = signed(mailer, body);
    const at = (seconds: number) => ({ now: new Date(Date.now() + seconds * 1_000) });
    expect(await found(authorization, at(-4))).toBe('mailer');
    expect(await found(authorization, at(-7))).toBe('future');
    expect(await found(authorization, at(58))).toBe('mailer');
    expect(await found(authorization, at(61))).toBe('expired');
  });

  test('holds for one procedure', async () => {
    expect(await found(signed(mailer, body), { procedure: 'account.lookup' })).toBe('procedure');
  });

  test('with any one bit changed holds for nothing', async () => {
    const authorization = signed(mailer, body);
    const start = 'PortalService '.length;
    const bits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (let place = start; place < authorization.length; place += 7) {
      const char = authorization[place] ?? '';
      if (char === '.') continue;
      const other = bits[(bits.indexOf(char) + 32) % 64] ?? '';
      const altered = authorization.slice(0, place) + other + authorization.slice(place + 1);
      expect([place, (await found(altered)) === 'mailer']).toEqual([place, false]);
    }
  });
});

const later = new Set(['body', 'purpose']);
describe('a call is refused', () => {
  test.each(alterations.filter(([, , reason]) => !later.has(reason)))(
    '%s',
    async (_what, _code, reason, _proven, changes) => {
      expect(await found(signed(mailer, body, changes))).toBe(reason);
    },
  );

  test.each([
    ['a retired key', { status: 'retired' as const }, 'retired_key'],
    [
      'a key that is not valid yet',
      { notBefore: new Date(Date.now() + 9_000) },
      'key_not_yet_valid',
    ],
    ['a key that is no longer valid', { notAfter: new Date(Date.now() - 1) }, 'key_expired'],
    ['a key of another kind', { publicKey: rsaPem() }, 'signature'],
  ])('when it is signed with %s', async (_what, values, reason) => {
    expect(await found(signed(mailer, body), { key: { ...stored, ...values } })).toBe(reason);
  });
});

function rsaPem(): string {
  const { publicKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return rsa.export({ type: 'spki', format: 'pem' }).toString();
}
