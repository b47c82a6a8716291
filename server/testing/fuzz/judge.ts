import type { Answer } from '../ask.ts';

/** What came of one input. `code` is that of the refusal, null when it was done. */
export type Verdict = { status: number; code: string | null };

/** Refusals of whoever stands before a procedure, or of a budget: the procedure itself was not reached. */
export const gateCodes: ReadonlySet<string> = new Set([
  'SIGNED_OUT',
  'ATTEMPT_ENDED',
  'STEP_UP_REQUIRED',
  'ACCOUNT_READ_ONLY',
  'RECOVERY_COOL_DOWN',
  'ADDRESS_COOL_DOWN',
  'TOO_MANY_ATTEMPTS',
  'CODE_CHECK_CLOSED',
  'SIGN_IN_PAUSED',
  'REQUEST_LIMIT_REACHED',
  'SUBJECT_BUDGET_SPENT',
  'SCOPE_MISSING',
]);

type Failed = { data?: { httpStatus?: number; refusal?: { code?: string } | null } };
type Said = { error?: Failed };

/** What a batch, one call or a stream came to: one verdict for each input. */
export function verdictsOf({ status, body }: Answer, count: number): Verdict[] {
  const said = body.startsWith('event: ') ? streamed(body) : parsed(body);
  if (Array.isArray(said) && said.length === count)
    return said.map((one: Said) => verdictOf(one, status));
  const verdict = verdictOf((said ?? {}) as Said, status);
  return Array.from({ length: count }, () => verdict);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What a stream refuses with, which comes after its answer has begun. */
function streamed(text: string): Said {
  const refused = /^event: serialized-error\ndata: (.*)$/m.exec(text)?.[1];
  return refused === undefined ? {} : { error: parsed(refused) as Failed };
}

function verdictOf({ error }: Said, answered: number): Verdict {
  // Beside others that were done, a failed call of a batch says its status itself.
  if (error) {
    const status = error.data?.httpStatus ?? answered;
    return { status, code: error.data?.refusal?.code ?? `status ${status}` };
  }
  if (answered === 207) return { status: 200, code: null };
  return { status: answered, code: answered < 400 ? null : `status ${answered}` };
}
