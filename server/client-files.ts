import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type RequestHandler, Router } from 'express';
import staticGzip from 'express-static-gzip';

/** Files that lie beside the document; a tab of the console, and a viewed account, has a mark of its own. */
const BESIDE = ['favicon.svg', 'favicon-console.svg', 'favicon-view.svg', 'robots.txt'];

/** What the build laid beside a file: sent in its place, never by its own name. */
const PACKED = /\.(br|gz)$/;

/** Nothing else of ours may be kept; these say nothing of anybody. The names of assets change with what is in them. */
const keptFor = (days: number, ...more: string[]) =>
  ['public', `max-age=${days * 86_400}`, ...more].join(', ');

/** Whole and always: a refused condition or part of a file would be an answer that others keep as the file. */
const WHOLE = { etag: false, lastModified: false, acceptRanges: false };
const CONDITIONS = [
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
  'range',
];

/** Leaves the conditions of a request out; a file is small, and its name says which one it is. */
const unconditional: RequestHandler = (req, _res, next) => {
  for (const header of CONDITIONS) delete req.headers[header];
  next();
};

/** The files that the client was built into: those, by the names they have, and nothing beside them. */
export function clientFiles(dir: string): Router {
  const routes = Router({ caseSensitive: true, strict: true });
  const assets = join(dir, 'assets');
  const known = new Set(readdirSync(assets).filter((name) => !PACKED.test(name)));
  const send = staticGzip(assets, {
    index: false,
    enableBrotli: true,
    orderPreference: ['br', 'gzip'],
    serveStatic: {
      ...WHOLE,
      redirect: false,
      setHeaders: (res) => res.setHeader('Cache-Control', keptFor(365, 'immutable')),
    },
  });
  routes.use('/assets', unconditional, (req, res, next) => {
    if (!known.has(req.path.slice(1))) return next();
    // A file that was built anew beneath us is not there: no refusal says it is packed.
    send(req, res, (cause?: unknown) => {
      res.removeHeader('Content-Encoding');
      next(cause);
    });
  });
  const kept = { 'Cache-Control': keptFor(1) };
  for (const name of BESIDE) {
    if (existsSync(join(dir, name)))
      routes.get(`/${name}`, unconditional, (_req, res) => {
        // Set with the file: a refusal in its place is not kept.
        res.sendFile(join(dir, name), { ...WHOLE, cacheControl: false, headers: kept });
      });
  }
  return routes;
}
