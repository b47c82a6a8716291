import type { TRPC_ERROR_CODE_KEY } from '@trpc/server';

/** Why a procedure refuses. The key is the contract with the client; the value is its HTTP family. */
export const domainErrors = {
  SIGNED_OUT: 'UNAUTHORIZED',
  SIGN_IN_REFUSED: 'UNAUTHORIZED',
  SIGN_IN_PAUSED: 'TOO_MANY_REQUESTS',
  CODE_REFUSED: 'UNAUTHORIZED',
  CODE_ALREADY_USED: 'CONFLICT',
  CODE_CHECK_CLOSED: 'TOO_MANY_REQUESTS',
  ATTEMPT_ENDED: 'UNAUTHORIZED',
  STEP_UP_REQUIRED: 'FORBIDDEN',
  FACTOR_REQUIRED: 'FORBIDDEN',
  TOO_MANY_ATTEMPTS: 'TOO_MANY_REQUESTS',
  BUSY: 'SERVICE_UNAVAILABLE',
  UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  INPUT_REFUSED: 'BAD_REQUEST',
  LINK_NOT_VALID: 'NOT_FOUND',
  NOT_FOUND: 'NOT_FOUND',
  NOT_ALLOWED: 'FORBIDDEN',
  ACCOUNT_READ_ONLY: 'FORBIDDEN',
  PASSWORD_TOO_SHORT: 'BAD_REQUEST',
  PASSWORD_TOO_COMMON: 'BAD_REQUEST',
  EMAIL_NOT_AVAILABLE: 'CONFLICT',
  EMAIL_DOES_NOT_MATCH: 'BAD_REQUEST',
  REQUEST_ALREADY_OPEN: 'CONFLICT',
  REQUEST_LIMIT_REACHED: 'TOO_MANY_REQUESTS',
  PLAN_CHANGED: 'CONFLICT',
  ORGANISATION_NEEDS_OWNER: 'CONFLICT',
  NOT_CANCELLABLE: 'CONFLICT',
  COPY_NOT_READY: 'CONFLICT',
  COPY_EXPIRED: 'NOT_FOUND',
  THIS_SESSION: 'CONFLICT',
  TASK_WRONG_SUBJECT: 'CONFLICT',
  TASK_ALREADY_ANSWERED: 'CONFLICT',
  TASK_CLOSED: 'CONFLICT',
  TASK_LEASE_OVER: 'CONFLICT',
  ANSWER_REFUSED: 'BAD_REQUEST',
  ANSWER_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  SIGNATURE_REFUSED: 'UNAUTHORIZED',
  SERVICE_KEY_REFUSED: 'UNAUTHORIZED',
  CALL_OUT_OF_TIME: 'UNAUTHORIZED',
  CALL_ALTERED: 'UNAUTHORIZED',
  CALL_REPLAYED: 'UNAUTHORIZED',
  SCOPE_MISSING: 'FORBIDDEN',
  PURPOSE_NOT_ALLOWED: 'FORBIDDEN',
  SUBJECT_BUDGET_SPENT: 'TOO_MANY_REQUESTS',
  KEY_HAS_OTHER_CONTENT: 'CONFLICT',
  NOT_WHILE_IMPERSONATING: 'FORBIDDEN',
  NOT_IN_SCOPE: 'FORBIDDEN',
  LABEL_TAKEN: 'CONFLICT',
} as const satisfies Record<string, TRPC_ERROR_CODE_KEY>;

export type DomainErrorCode = keyof typeof domainErrors;

/** A refusal: expected, typed, with nothing in it about others. */
export class DomainError extends Error {
  override name = 'DomainError';
  readonly code: DomainErrorCode;
  /** Seconds after which the same call may succeed. */
  readonly retryAfterSeconds: number | null;

  constructor(
    code: DomainErrorCode,
    { retryAfterSeconds = null }: { retryAfterSeconds?: number | null } = {},
  ) {
    super(code);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
