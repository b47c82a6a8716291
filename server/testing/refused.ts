import { TRPCError } from '@trpc/server';
import { type Refusal, refusalOf } from '../trpc/init.ts';

/** The refusal a call ends with, or null when it succeeds. An outage or a bug is thrown on. */
export async function refused(call: Promise<unknown>): Promise<Refusal | null> {
  try {
    await call;
    return null;
  } catch (cause) {
    const refusal = cause instanceof TRPCError ? refusalOf(cause) : null;
    if (refusal) return refusal;
    throw cause;
  }
}

/** The code of the refusal a call ends with; null when it succeeds. */
export async function codeOf(call: Promise<unknown>): Promise<Refusal['code'] | null> {
  return (await refused(call))?.code ?? null;
}

/** A refusal without a time to wait. */
export const refusal = (code: Refusal['code']): Refusal => ({ code, retryAfterSeconds: null });
