import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { PortalRefusal, PortalUnreachable } from './client/errors.ts';
import { pause, send } from './client/send.ts';
import { createSigner } from './client/sign.ts';
import { createPortalClient } from './client.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const key = {
  kid: 'mailer-1',
  privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};
const question = {
  subjectId: '01938193-b000-73ce-88a7-0935945dee5a',
  topic: 'events',
  channel: 'email',
} as const;
const yes = {
  subjectId: question.subjectId,
  allowed: true,
  reason: 'consented',
  decisionId: question.subjectId,
  lawfulBasis: 'a',
  receiptId: question.subjectId,
  unsubscribe: null,
  decidedAt: '2026-11-24T00:00:00.000Z',
};

type Answer = Response | Error;
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
const done = () => json(200, { result: { data: yes } });
const refusal = (status: number, code: string, retryAfterSeconds: number | null = null) =>
  json(status, {
    error: { data: { refusal: { code, retryAfterSeconds }, requestId: 'r-1' } },
  });

/** A portal that answers so, one after the other, and what it was sent. */
function portal(answers: (() => Answer)[]) {
  const sent: { jti: string; body: string; procedure: string; purpose: string }[] = [];
  const fetchWith = async (_url: unknown, init?: RequestInit) => {
    const token = new Headers(init?.headers).get('authorization')?.split('.')[1] ?? '';
    const { jti, htp, purpose } = JSON.parse(Buffer.from(token, 'base64url').toString());
    const body = new TextDecoder().decode(init?.body as Uint8Array);
    sent.push({ jti, body, procedure: htp, purpose });
    const answer = answers[Math.min(sent.length, answers.length) - 1]?.() ?? new Error('no answer');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { sent, fetch: fetchWith as unknown as typeof fetch };
}

function mailer(
  answers: (() => Answer)[],
  { signal, duringPause = () => {} }: { signal?: AbortSignal; duringPause?: () => void } = {},
) {
  const { sent, fetch } = portal(answers);
  const pauses: number[] = [];
  const client = createPortalClient({
    url: 'http://portal/',
    service: 'mailer',
    key,
    scopes: ['consent.mayContact'],
    purpose: 'marketing',
    fetch,
    // Passed over, but for being ended in the middle.
    pause: (ms, ending) => {
      pauses.push(ms);
      const waiting = pause(0, ending);
      duringPause();
      return waiting;
    },
  });
  const ask = () =>
    client.consent.mayContact(question, signal ? { signal } : {}).catch((cause: unknown) => cause);
  return { sent, pauses, ask, client };
}

describe('a call that may be repeated', () => {
  test('is sent again while the portal is away, with a signature of its own each time', async () => {
    const { sent, ask } = mailer([
      () => new TypeError('fetch failed'),
      () => refusal(503, 'UNAVAILABLE', 5),
      () => new Response('<html>bad gateway</html>', { status: 502 }),
      done,
    ]);
    expect(await ask()).toEqual(yes);
    expect(sent).toHaveLength(4);
    expect(new Set(sent.map(({ jti }) => jti)).size).toBe(4);
    expect(new Set(sent.map(({ body }) => body)).size).toBe(1);
    expect(sent[0]).toMatchObject({ procedure: 'consent.mayContact', purpose: 'marketing' });
  });

  test('waits at least as long as the portal asks, and longer each time it does not say', async () => {
    const asked = mailer([() => refusal(503, 'UNAVAILABLE', 5), done]);
    expect(await asked.ask()).toEqual(yes);
    expect(asked.pauses).toHaveLength(1);
    expect(asked.pauses[0]).toBeGreaterThanOrEqual(5_000);
    const silent = mailer([() => new TypeError('fetch failed')]);
    await silent.ask();
    expect(silent.pauses).toHaveLength(3);
    silent.pauses.forEach((ms, index) => {
      expect(ms).toBeGreaterThan(0);
      expect(ms).toBeLessThanOrEqual(400 * 2 ** index);
    });
  });

  test('is given up after four times, and says that no answer came', async () => {
    const { sent, ask } = mailer([() => new TypeError('fetch failed')]);
    expect(await ask()).toBeInstanceOf(PortalUnreachable);
    expect(sent).toHaveLength(4);
  });

  test('is not sent again when it was refused', async () => {
    for (const code of ['SCOPE_MISSING', 'NOT_FOUND', 'SUBJECT_BUDGET_SPENT', 'CALL_REPLAYED']) {
      const { sent, ask } = mailer([() => refusal(403, code, 60)]);
      const answer = await ask();
      expect(answer).toBeInstanceOf(PortalRefusal);
      expect(answer).toMatchObject({ code, retryAfterSeconds: 60, requestId: 'r-1' });
      expect(sent).toHaveLength(1);
    }
  });

  test('is not sent again after a bug of the portal, whose answer is no answer', async () => {
    const bug = () => json(500, { error: { data: { refusal: null, requestId: 'r-2' } } });
    const { sent, ask } = mailer([bug]);
    const answer = await ask();
    expect(answer).toBeInstanceOf(PortalUnreachable);
    expect(String(answer)).toContain('r-2');
    expect(sent).toHaveLength(1);
  });

  test('ends with its caller, also in the middle of a pause', async () => {
    const ended = new AbortController();
    const { sent, ask } = mailer([() => refusal(503, 'UNAVAILABLE', 60), done], {
      signal: ended.signal,
      duringPause: () => ended.abort(new Error('enough')),
    });
    expect(await ask()).toMatchObject({ message: 'enough' });
    expect(sent).toHaveLength(1);
  });
});

test('a call that may not be repeated is sent once, whatever happens to it', async () => {
  for (const answer of [
    () => new TypeError('fetch failed'),
    () => refusal(503, 'UNAVAILABLE', 1),
  ]) {
    const { sent, fetch } = portal([answer]);
    const call = send(
      {
        url: 'http://portal',
        sign: createSigner({ service: 'mailer', key }),
        timeoutMs: 1_000,
        attempts: 4,
        fetch,
        now: () => new Date(),
        pause,
      },
      { procedure: 'x.y', input: {}, purpose: 'marketing', repeatable: false, signal: undefined },
    );
    await expect(call).rejects.toBeInstanceOf(Error);
    expect(sent).toHaveLength(1);
  }
});

test('an answer that is not the contract’s is no answer', async () => {
  const { ask } = mailer([() => json(200, { result: { data: { allowed: 'perhaps' } } })]);
  expect(await ask()).toBeInstanceOf(PortalUnreachable);
});

test('what the portal adds to an answer does not reach the caller, and breaks nothing', async () => {
  const { ask } = mailer([() => json(200, { result: { data: { ...yes, more: 1 } } })]);
  expect(await ask()).toEqual(yes);
});

test('a client has the procedures of its scopes and no other', () => {
  const { client } = mailer([done]);
  expect(Object.keys(client)).toEqual(['consent']);
  expect(Object.keys(client.consent)).toEqual(['mayContact']);
});

test('a key that cannot be read is told with the first call', async () => {
  const client = createPortalClient({
    url: 'http://portal',
    service: 'mailer',
    key: { kid: 'x', privateKeyPem: 'no key' },
    scopes: ['consent.mayContact'],
    purpose: 'marketing',
    fetch: portal([done]).fetch,
  });
  await expect(client.consent.mayContact(question)).rejects.toBeInstanceOf(Error);
});
