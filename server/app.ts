import type { AnyRouter } from '@trpc/server';
import {
  type CreateExpressContextOptions,
  createExpressMiddleware,
} from '@trpc/server/adapters/express';
import compression from 'compression';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { csvRoutes } from './access/csv.ts';
import { consentPages } from './consent/pages.ts';
import { unsubscribePages } from './consent/unsubscribe-page.ts';
import type { Deps } from './deps.ts';
import { documentRoutes } from './document.ts';
import { securityHeaders } from './headers.ts';
import { healthRoutes } from './health.ts';
import { byName, doorsByHost, onlyOurHosts } from './hosts.ts';
import { plainStyle } from './plain-page.ts';
import { policyPages } from './policy/pages.ts';
import { downloadRoutes } from './requests/download.ts';
import { appRouter } from './root.ts';
import { checkProcedures } from './trpc/boot-check.ts';
import type { Surface } from './trpc/context.ts';
import { gate } from './trpc/gate.ts';
import { contextOf, requestIdOf } from './trpc/http.ts';
import { refusalOf } from './trpc/init.ts';

const MAX_BODY_BYTES = 65_536;
const MAX_BATCH = 8;

/**
 * The portal over HTTP.
 * @param pages the client's files and its document, as they were built
 * @param router the procedures; others than the portal's own are there to be measured
 */
export function createApp(
  deps: Deps,
  pages: RequestHandler = documentRoutes(deps),
  router: AnyRouter = appRouter,
): Express {
  checkProcedures(router);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.set('query parser', false);
  app.set('trust proxy', trustedProxies(deps.env.TRUST_PROXY));
  app.use(securityHeaders(deps.env));
  app.use(healthRoutes(deps));
  app.use(byName(deps.env));
  app.use(onlyOurHosts(deps.env));
  app.use(doorsByHost(deps.env));
  app.use('/trpc', procedures(deps, router, 'portal'));
  app.use('/console/trpc', procedures(deps, router, 'console'));
  app.use(plainStyle());
  app.use(policyPages());
  // The plain-form and file routes that stand outside the gate; each checks who calls it.
  app.use(consentPages(deps));
  app.use(unsubscribePages(deps));
  app.use(csvRoutes(deps));
  app.use(downloadRoutes(deps));
  app.use(pages);
  app.use(lastResort(deps));
  return app;
}

/** The procedures behind one door: its gate, its cookies, the same router. */
function procedures(deps: Deps, router: AnyRouter, surface: Surface): RequestHandler[] {
  return [
    gate(deps.env, surface),
    compression(),
    createExpressMiddleware({
      router,
      createContext: async ({ req, res, info }) => {
        await arrived(info);
        return contextOf(deps, req, res, surface);
      },
      maxBodySize: MAX_BODY_BYTES,
      maxBatchSize: MAX_BATCH,
      allowMethodOverride: true,
      responseMeta: ({ errors, type }) => {
        const headers = new Headers();
        const waits = errors.map((error) => refusalOf(error)?.retryAfterSeconds ?? 0);
        const seconds = Math.max(0, ...waits);
        if (seconds > 0) headers.set('Retry-After', String(seconds));
        // Beside what tRPC says of a stream, in place of what we said: it would let it be kept.
        if (type === 'subscription') headers.set('Cache-Control', 'no-store');
        return { headers };
      },
      onError({ error, path, ctx }) {
        if (refusalOf(error)) return;
        deps.log.error(
          { err: error.cause ?? error, path, requestId: ctx?.requestId },
          'a procedure failed',
        );
      },
    }),
  ];
}

/**
 * Waits for the whole request: who is signed in, and what time it is, is asked then. Otherwise a body that is
 * held back would be acted on as if nothing had ended since its headers came. What cannot be read is refused
 * by whoever reads it.
 */
async function arrived({ calls }: CreateExpressContextOptions['info']): Promise<void> {
  await Promise.allSettled(calls.map((call) => call.getRawInput()));
}

/** A number of proxies in front, or their addresses; Express takes a number as text for an address. */
function trustedProxies(setting: string | undefined): boolean | number | string {
  if (setting === undefined) return false;
  return /^\d+$/.test(setting) ? Number(setting) : setting;
}

function lastResort(deps: Deps): ErrorRequestHandler {
  return (error, req, res, next) => {
    if (res.headersSent) return next(error);
    const status: unknown = error?.status;
    const client = typeof status === 'number' && status >= 400 && status < 500;
    if (!client)
      deps.log.error(
        { err: error, path: req.path, requestId: requestIdOf(res) },
        'a request failed',
      );
    res
      .status(client ? status : 500)
      .type('text/plain')
      .send(
        client
          ? 'This request cannot be read.\n'
          : `Something went wrong on our side (${requestIdOf(res)}).\n`,
      );
  };
}
