import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { Response } from 'express';
import { requestIdOf } from '../trpc/http.ts';
import { asRefusal, formatError, refusalOf } from '../trpc/init.ts';

/** Answers a call that reaches no procedure, in the form in which procedures answer. */
export function answerError(res: Response, thrown: TRPCError): void {
  const error = asRefusal(thrown) ?? thrown;
  const httpStatus = getHTTPStatusCodeFromError(error);
  const wait = refusalOf(error)?.retryAfterSeconds ?? null;
  if (wait !== null) res.setHeader('Retry-After', String(wait));
  res.status(httpStatus).json({
    error: formatError({
      shape: {
        message: error.message,
        code: TRPC_ERROR_CODES_BY_KEY[error.code],
        data: { code: error.code, httpStatus },
      },
      error,
      ctx: { requestId: requestIdOf(res) },
    }),
  });
}

/** What Express was thrown, as an error that can be answered. */
export function errorOf(cause: unknown): TRPCError {
  if (cause instanceof TRPCError) return cause;
  const status = cause && typeof cause === 'object' && 'status' in cause ? cause.status : 500;
  if (status === 413) return new TRPCError({ code: 'PAYLOAD_TOO_LARGE' });
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new TRPCError({ code: 'BAD_REQUEST' });
  return new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause });
}
