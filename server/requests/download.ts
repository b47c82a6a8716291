import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import { assertAddressSettled } from '../account/address-cool-down.ts';
import { readSession } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { askedFromElsewhere } from '../trpc/gate.ts';
import { contextOf } from '../trpc/http.ts';
import { assertCooledDown, STEP_UP_MS } from '../trpc/ladder.ts';
import { openCopy, recordDownload } from './copy/open.ts';
import { REFERENCE } from './reference.ts';

/** The archive of a copy, for a session whose second factor was proved within five minutes. */
export function downloadRoutes(deps: Deps): Router {
  const routes = Router({ caseSensitive: true, strict: true });
  routes.get('/download/copy/:reference', async (req, res) => {
    if (req.method !== 'GET') return void res.status(405).end();
    const { reference } = req.params;
    const back = (path: string) => res.redirect(303, path);
    if (askedFromElsewhere(req))
      return void res.status(403).type('text/plain').send('Open this from the portal.\n');
    if (!REFERENCE.test(reference))
      return void res.status(404).type('text/plain').send('There is no such copy.\n');
    const ctx = contextOf(deps, req, res);
    const session = await readSession({ deps, kind: 'user', token: ctx.tokens.user, now: ctx.now });
    if (!session) return void back('/sign-in');
    const provedAt = session.stepUpAt ?? session.aal2At;
    // The request page asks for the factor and comes back here.
    if (!provedAt || ctx.now.getTime() - provedAt.getTime() > STEP_UP_MS)
      return void back(`/requests/${reference}`);
    const { subjectId } = session;
    try {
      assertCooledDown(session, ctx.now);
      await assertAddressSettled(deps.connection.db, { subjectId, now: ctx.now });
      const copy = await openCopy(deps, { subjectId, reference, now: ctx.now });
      const actor = { kind: 'subject', subjectId, sessionHandle: session.handle } as const;
      await recordDownload(deps, {
        subjectId,
        actor,
        reference,
        requestId: ctx.requestId,
        now: ctx.now,
      }).catch((cause: unknown) => {
        copy.stream.destroy();
        throw cause;
      });
      res.setHeader('Content-Type', 'application/zip');
      res.setHeader('Content-Length', copy.bytes);
      res.setHeader('Content-Disposition', `attachment; filename="${copy.fileName}"`);
      res.setHeader('Cache-Control', 'no-store');
      await pipeline(copy.stream, res);
    } catch (cause) {
      if (cause instanceof DomainError && !res.headersSent)
        return void back(`/requests/${reference}`);
      if (!req.destroyed)
        deps.log.error({ err: cause, requestId: ctx.requestId }, 'a copy could not be sent');
      if (!res.headersSent)
        return void res
          .status(500)
          .type('text/plain')
          .send(`This copy cannot be read (${ctx.requestId}). Write to support@easellm.com.\n`);
      res.destroy();
    }
  });
  return routes;
}
