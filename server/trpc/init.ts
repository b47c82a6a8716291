import {
  getTRPCErrorFromUnknown,
  initTRPC,
  type TRPCDefaultErrorShape,
  TRPCError,
} from '@trpc/server';
import { DomainError, type DomainErrorCode, domainErrors } from '../errors.ts';
import type { Context } from './context.ts';
import type { Meta } from './meta.ts';

/** What the client learns of a refusal. */
export type Refusal = { code: DomainErrorCode; retryAfterSeconds: number | null };

/** What a caller is told of an error: our own words only, for a driver's message holds SQL and the values in it. */
export function formatError({
  shape,
  error,
  ctx,
}: {
  shape: TRPCDefaultErrorShape;
  error: TRPCError;
  ctx: { requestId: string } | undefined;
}) {
  const refusal = refusalOf(error);
  return {
    message: refusal ? refusal.code : 'UNAVAILABLE',
    code: shape.code,
    data: {
      code: shape.data.code,
      httpStatus: shape.data.httpStatus,
      refusal,
      requestId: ctx?.requestId ?? null,
    },
  };
}

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    isDev: false,
    sse: { ping: { enabled: true, intervalMs: 15_000 } },
    errorFormatter: formatError,
  });

/** The refusal in an error, or null when it is an outage or a bug. */
export function refusalOf(error: TRPCError): Refusal | null {
  if (error.cause instanceof DomainError) {
    return { code: error.cause.code, retryAfterSeconds: error.cause.retryAfterSeconds };
  }
  if (
    error.code === 'BAD_REQUEST' ||
    error.code === 'PARSE_ERROR' ||
    error.code === 'UNSUPPORTED_MEDIA_TYPE' ||
    error.code === 'PAYLOAD_TOO_LARGE'
  ) {
    return { code: 'INPUT_REFUSED', retryAfterSeconds: null };
  }
  if (error.code === 'NOT_FOUND') return { code: 'NOT_FOUND', retryAfterSeconds: null };
  if (error.code === 'METHOD_NOT_SUPPORTED')
    return { code: 'INPUT_REFUSED', retryAfterSeconds: null };
  return null;
}

/** A domain refusal as the transport's error, with its HTTP family; an outage as one; null for a bug. */
export function asRefusal({ cause }: TRPCError): TRPCError | null {
  if (cause instanceof DomainError) return new TRPCError({ code: domainErrors[cause.code], cause });
  if (!isOutage(cause)) return null;
  const outage = new DomainError('UNAVAILABLE', { retryAfterSeconds: 5 });
  return new TRPCError({ code: domainErrors[outage.code], cause: outage });
}

/** Turns a domain refusal into the transport's error. */
export const refusals = t.middleware(async ({ next }) => {
  const result = await next();
  const refusal = result.ok ? null : asRefusal(result.error);
  if (refusal) throw refusal;
  return result;
});

/** The same for what a stream comes to after its procedure has answered: no middleware sees that. */
export async function* refusingStream<T>(stream: AsyncIterable<T>): AsyncGenerator<T, void> {
  try {
    yield* stream;
  } catch (cause) {
    throw asRefusal(getTRPCErrorFromUnknown(cause)) ?? cause;
  }
}

/**
 * Connection lost or refused, server ending or full, a lock that another one holds (deadlock, time-out), or
 * an encryption key that was retired while this process ran.
 */
const OUTAGES =
  /^(ECONN|EPIPE|ETIMEDOUT|CONNECT|CONNECTION_|57P0|53300|08|40P01|40001|55P03|KR001)/;

/** The database is away or full: not a bug, and over soon. */
function isOutage(cause: unknown): boolean {
  if (!cause || typeof cause !== 'object') return false;
  if ('code' in cause && typeof cause.code === 'string' && OUTAGES.test(cause.code)) return true;
  return 'cause' in cause && isOutage(cause.cause);
}

export const { router, middleware, createCallerFactory } = t;
export const procedureWith = (meta: Meta) => t.procedure.meta(meta).use(refusals);
