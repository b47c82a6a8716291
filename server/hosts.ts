import type { NextFunction, Request, Response } from 'express';
import type { Env } from './env.ts';
import type { Surface } from './trpc/context.ts';

/** Which door a path belongs to. */
export function surfaceOf(path: string): Surface {
  return path === '/console' || path.startsWith('/console/') ? 'console' : 'portal';
}

/** The client's own files, which both doors need. */
const SHARED = /^\/(assets\/|favicon[a-z-]*\.svg$|robots\.txt$)/;

/**
 * Leads a person who typed the number of this machine to its name, which passkeys and links in letters belong
 * to. Only pages are led on, and only where the portal has the name that it gave itself.
 */
export function byName({ PUBLIC_URL }: Env) {
  const { hostname, port } = new URL(PUBLIC_URL);
  const numbers = new Set([`127.0.0.1:${port}`, `[::1]:${port}`]);
  return (req: Request, res: Response, next: NextFunction) => {
    const { host = '' } = req.headers;
    const { 'sec-fetch-dest': destination = 'document' } = req.headers;
    const isPage = req.method === 'GET' && destination === 'document';
    if (hostname !== 'localhost' || !isPage || !numbers.has(host)) return next();
    res.redirect(307, `${PUBLIC_URL}${req.originalUrl}`);
  };
}

/**
 * Answers under the names that `PUBLIC_URL` and `CONSOLE_URL` give it, and no other: a page that is reached by
 * another name is somebody else's (DNS rebinding, a poisoned cache), and nothing is ever made of that name. Health
 * stands before this, for whoever asks by address.
 */
export function onlyOurHosts({ PUBLIC_URL, CONSOLE_URL }: Env) {
  const ours = new Set([PUBLIC_URL, CONSOLE_URL].map((url) => new URL(url).host));
  return (req: Request, res: Response, next: NextFunction) => {
    if (ours.has(req.headers.host?.toLowerCase() ?? '')) return next();
    res.status(421).type('text/plain').send(`This portal is at ${PUBLIC_URL}\n`);
  };
}

/**
 * Where the console has a host of its own, its pages and procedures are there alone, and nothing of the
 * portal is: a fault in one does not reach the other's cookies, and a network may let staff alone reach it.
 */
export function doorsByHost({ PUBLIC_URL, CONSOLE_URL }: Env) {
  const consoleHost = new URL(CONSOLE_URL).host;
  const apart = consoleHost !== new URL(PUBLIC_URL).host;
  return (req: Request, res: Response, next: NextFunction) => {
    if (!apart || SHARED.test(req.path)) return next();
    // What the browser asked for, as a proxy passes it on; X-Forwarded-Host could be anybody's words.
    const here: Surface = req.headers.host?.toLowerCase() === consoleHost ? 'console' : 'portal';
    if (here === surfaceOf(req.path)) return next();
    if (here === 'console' && req.path === '/') return res.redirect(302, '/console');
    res.status(404).type('text/plain').send('There is nothing here.\n');
  };
}
