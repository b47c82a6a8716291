import { TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Deps } from '../deps.ts';
import { livenessRoutes } from '../health.ts';
import { checkProcedures } from '../trpc/boot-check.ts';
import { requestIdOf } from '../trpc/http.ts';
import { refusalOf } from '../trpc/init.ts';
import { answerError, errorOf } from './answer.ts';
import { checkContract } from './boot-check.ts';
import type { ServiceContext } from './context.ts';
import { serviceGate } from './gate.ts';
import { internalRouter } from './root.ts';

/** What EaseLLM's services reach, on a listener of its own. Nothing of it hangs on the public one. */
export function createInternalApp(deps: Deps): Express {
  checkProcedures(internalRouter);
  checkContract(internalRouter);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', false);
  app.use((_req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    res.setHeader('X-Content-Type-Options', 'nosniff');
    next();
  });
  app.use(livenessRoutes(deps));
  app.use(
    '/trpc',
    ...serviceGate(deps),
    createExpressMiddleware({
      router: internalRouter,
      createContext: ({ res }): ServiceContext => ({
        deps,
        now: deps.clock(),
        requestId: requestIdOf(res),
        caller: res.locals['caller'],
      }),
      allowBatching: false,
      allowMethodOverride: true,
      responseMeta: ({ errors }) => {
        const wait = errors[0] && refusalOf(errors[0])?.retryAfterSeconds;
        return wait ? { headers: new Headers({ 'Retry-After': String(wait) }) } : {};
      },
      onError({ error, path, ctx }) {
        if (refusalOf(error)) return;
        deps.log.error(
          { err: error.cause ?? error, path, requestId: ctx?.requestId },
          'a service procedure failed',
        );
      },
    }),
  );
  app.use((_req, res) => answerError(res, new TRPCError({ code: 'NOT_FOUND' })));
  app.use(lastResort(deps));
  return app;
}

function lastResort(deps: Deps): ErrorRequestHandler {
  return (cause, req, res, next) => {
    if (res.headersSent) return next(cause);
    const error = errorOf(cause);
    if (error.code === 'INTERNAL_SERVER_ERROR')
      deps.log.error(
        { err: cause, path: req.path, requestId: requestIdOf(res) },
        'a service call failed',
      );
    answerError(res, error);
  };
}
