import { createHash, timingSafeEqual } from 'node:crypto';
import { TRPCError } from '@trpc/server';
import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { requestIdOf } from '../trpc/http.ts';
import { answerError, errorOf } from './answer.ts';
import { CallRefusal } from './call-refusal.ts';
import type { Caller } from './context.ts';
import { findKey, noteUse } from './keys.ts';
import { noteRefusal } from './note-refusal.ts';
import { type SignedCall, verifyCall } from './signature.ts';
import { spendCall } from './spent.ts';

export const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** The whole of what may be asked for: what stands behind a `?` would not be signed. */
const PATH = /^\/trpc\/([A-Za-z]{1,40}\.[A-Za-z]{1,40})$/;

/**
 * Before the services' procedures: whose call it is, then its body, then that body and call fit and are
 * new. Nobody makes us read a body without a valid signature.
 */
export function serviceGate(deps: Deps): RequestHandler[] {
  const { db } = deps.connection;
  const shape: RequestHandler = (req, res, next) => {
    // No service is a browser's page.
    if (req.headers.origin !== undefined)
      return answerError(res, errorOf(new DomainError('NOT_ALLOWED')));
    if (!PATH.test(req.originalUrl)) return answerError(res, new TRPCError({ code: 'NOT_FOUND' }));
    if (req.method !== 'POST')
      return answerError(res, new TRPCError({ code: 'METHOD_NOT_SUPPORTED' }));
    const [type] = (req.headers['content-type'] ?? '').split(';');
    const plain = req.headers['content-encoding'] === undefined;
    if (type?.trim().toLowerCase() !== 'application/json' || !plain)
      return answerError(res, new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE' }));
    next();
  };
  const signature = guarded(deps, async (req, res) => {
    res.locals['call'] = await verifyCall({
      authorization: req.headers.authorization,
      method: req.method,
      procedure: procedureOf(req),
      now: deps.clock(),
      findKey: (id) => findKey(db, id),
    });
  });
  const body = express.raw({ type: () => true, limit: MAX_BODY_BYTES, inflate: false });
  const once = guarded(deps, async (req, res) => {
    const call: SignedCall = res.locals['call'];
    const bytes: Buffer = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    const digest = createHash('sha256').update(bytes).digest();
    const signed = Buffer.from(call.bodyHash, 'base64url');
    if (signed.length !== digest.length || !timingSafeEqual(digest, signed))
      throw new CallRefusal('body', call.serviceId);
    await spendCall(db, call);
    const { serviceId, keyId, purpose } = call;
    await noteUse(db, { keyId, now: deps.clock() });
    res.locals['caller'] = { serviceId, keyId, purpose } satisfies Caller;
    req.body = textOf(bytes);
  });
  return [shape, signature, body, once];
}

/** Runs a check; a call that does not pass is noted and answered. */
function guarded(
  deps: Deps,
  check: (req: Request, res: Response) => Promise<void>,
): RequestHandler {
  return async (req: Request, res: Response, next: NextFunction) => {
    try {
      await check(req, res);
    } catch (cause) {
      if (!(cause instanceof CallRefusal)) throw cause;
      await noteRefusal(deps, {
        serviceId: cause.serviceId,
        reason: cause.reason,
        procedure: procedureOf(req),
        requestId: requestIdOf(res),
        now: deps.clock(),
      });
      answerError(res, new TRPCError({ code: 'UNAUTHORIZED', cause }));
      return;
    }
    next();
  };
}

function procedureOf(req: Request): string {
  return PATH.exec(req.originalUrl)?.[1] ?? '';
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TRPCError({ code: 'PARSE_ERROR' });
  }
}
