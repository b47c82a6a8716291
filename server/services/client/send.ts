import { z } from 'zod';
import { PortalRefusal, PortalUnreachable } from './errors.ts';
import type { Signer } from './sign.ts';

const DELAY_MS = 200;
const LONGEST_DELAY_MS = 5_000;
const UNAVAILABLE = 503;

const refusalAnswer = z.object({
  error: z.object({
    data: z.object({
      refusal: z.object({ code: z.string(), retryAfterSeconds: z.number().nullable() }).nullable(),
      requestId: z.string().nullable(),
    }),
  }),
});
const answer = z.object({ result: z.object({ data: z.unknown() }) });

export type Sending = {
  url: string;
  sign: Signer;
  timeoutMs: number;
  attempts: number;
  fetch: typeof fetch;
  now: () => Date;
  pause: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
};

/** What one attempt came to. `again`: milliseconds the portal asked to wait, where it did. */
type Attempt =
  | { ok: true; data: unknown }
  | { ok: false; error: Error; again: { afterMs: number } | null };

/**
 * Sends a call; where it may be repeated, again and again with growing, random pauses while the portal
 * is away. Each attempt is signed anew: a signature is good once.
 *
 * @throws {PortalRefusal} {PortalUnreachable}
 */
export async function send(
  sending: Sending,
  {
    procedure,
    input,
    purpose,
    repeatable,
    signal,
  }: {
    procedure: string;
    input: unknown;
    purpose: string;
    repeatable: boolean;
    signal: AbortSignal | undefined;
  },
): Promise<unknown> {
  const body = new TextEncoder().encode(JSON.stringify(input));
  for (let attempt = 1; ; attempt += 1) {
    const result = await attemptOnce(sending, { procedure, body, purpose, signal });
    if (result.ok) return result.data;
    if (!repeatable || !result.again || attempt >= sending.attempts) throw result.error;
    const most = Math.min(DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS);
    await sending.pause(result.again.afterMs + Math.random() * most, signal);
  }
}

async function attemptOnce(
  { url, sign, timeoutMs, fetch, now }: Sending,
  {
    procedure,
    body,
    purpose,
    signal,
  }: {
    procedure: string;
    body: Uint8Array<ArrayBuffer>;
    purpose: string;
    signal: AbortSignal | undefined;
  },
): Promise<Attempt> {
  signal?.throwIfAborted();
  const authorization = await sign({ procedure, body, purpose, now: now() });
  const late = AbortSignal.timeout(timeoutMs);
  let status: number;
  let text: string;
  try {
    const response = await fetch(`${url}/trpc/${procedure}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    status = response.status;
    text = await response.text();
  } catch (cause) {
    signal?.throwIfAborted();
    const error = new PortalUnreachable('The portal did not answer.', { cause });
    return { ok: false, error, again: { afterMs: 0 } };
  }
  return read(status, text);
}

function read(status: number, text: string): Attempt {
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch {
    // Whatever stands between us and the portal answers in its own words.
  }
  const done = answer.safeParse(json);
  if (done.success && status === 200) return { ok: true, data: done.data.result.data };
  const said = refusalAnswer.safeParse(json).data?.error.data;
  const away = status === UNAVAILABLE || status === 502 || status === 504;
  const again = away ? { afterMs: (said?.refusal?.retryAfterSeconds ?? 0) * 1_000 } : null;
  const error = said?.refusal
    ? new PortalRefusal({ ...said.refusal, requestId: said.requestId })
    : new PortalUnreachable(`The portal answered ${status} (${said?.requestId ?? 'no id'}).`);
  return { ok: false, error, again };
}

/** Resolves after so long; rejects with the signal's reason as soon as it is aborted. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', aborted, { once: true });
    function done() {
      signal?.removeEventListener('abort', aborted);
      resolve();
    }
    function aborted() {
      clearTimeout(timer);
      reject(signal?.reason);
    }
  });
}
