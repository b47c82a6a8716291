import { TRPCClientError } from '@trpc/client';
import type { DomainErrorCode } from '../../server/errors.ts';
import type { AppRouter } from '../../server/root.ts';

export type RefusalDetail = {
  /** Why the server refused; null for an outage or a bug. */
  code: DomainErrorCode | null;
  /** Seconds after which the same call may succeed. */
  retryAfterSeconds: number | null;
  /** Names the call in the server's log and in the person's own records. */
  requestId: string | null;
  /** No answer came at all. */
  unreachable: boolean;
};

const nothingKnown: RefusalDetail = {
  code: null,
  retryAfterSeconds: null,
  requestId: null,
  unreachable: false,
};

/** Refused here, before anything was sent, in the words of the server's own refusal. */
export class RefusedHere extends Error {
  override name = 'RefusedHere';
  readonly code: DomainErrorCode;

  constructor(code: DomainErrorCode) {
    super(code);
    this.code = code;
  }
}

/** What is known of a failed call. Anything that is no answer of ours counts as unknown. */
export function refusalDetail(error: unknown): RefusalDetail {
  if (error instanceof RefusedHere) return { ...nothingKnown, code: error.code };
  if (!isTrpcError(error)) return nothingKnown;
  const { data } = error;
  if (!data) return { ...nothingKnown, unreachable: true };
  return {
    code: data.refusal?.code ?? null,
    retryAfterSeconds: data.refusal?.retryAfterSeconds ?? null,
    requestId: data.requestId ?? null,
    unreachable: false,
  };
}

/** The code of a refusal, or null. */
export function refusalOf(error: unknown): DomainErrorCode | null {
  return refusalDetail(error).code;
}

/** Whether a page's address names nothing: what it says does not exist, or cannot be the name of anything. */
export function namesNothing(error: unknown): boolean {
  const code = refusalOf(error);
  return code === 'NOT_FOUND' || code === 'INPUT_REFUSED';
}

function isTrpcError(error: unknown): error is TRPCClientError<AppRouter> {
  return error instanceof TRPCClientError;
}
