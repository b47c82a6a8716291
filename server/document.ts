import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import { clientFiles } from './client-files.ts';
import { documentTheme, onDocument } from './consent/visit.ts';
import type { Deps } from './deps.ts';
import { nonceOf } from './headers.ts';
import { surfaceOf } from './hosts.ts';
import { contextOf } from './trpc/http.ts';

/** Where the built client lies, seen from the built server and from its sources. */
const CLIENT_DIRS = ['../client', '../../client', '../dist/client'].map((path) =>
  join(import.meta.dirname, path),
);

/** The client's files, and its one document for every path that is a page. */
export function documentRoutes(deps: Deps): Router {
  const routes = Router({ caseSensitive: true });
  const dir = CLIENT_DIRS.find((candidate) => existsSync(join(candidate, 'assets')));
  if (!dir) throw new Error('The client is not built. Run npm start, which builds it.');
  const template = readFileSync(join(dir, 'index.html'), 'utf8');

  routes.use(clientFiles(dir));
  routes.get('/.well-known/change-password', (_req, res) => res.redirect(302, '/security'));
  routes.get(
    /^\/(?!(console\/)?trpc\/|assets\/|download\/|\.well-known\/)[^.]*$/,
    async (req, res) => {
      const ctx = contextOf(deps, req, res);
      // Staff at work are no visitors.
      if (surfaceOf(req.path) === 'portal') {
        await onDocument(ctx, req.path).catch((cause: unknown) =>
          deps.log.warn({ err: cause }, 'a visit was not counted'),
        );
      }
      const theme = documentTheme(ctx);
      res
        .type('html')
        .send(template.replaceAll('__CSP_NONCE__', nonceOf(res)).replaceAll('__THEME__', theme));
    },
  );
  routes.use((_req, res) => {
    res.status(404).type('text/plain').send('There is nothing here.\n');
  });
  return routes;
}
