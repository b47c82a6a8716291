import type { NextFunction, Request, Response } from 'express';
import type { Env } from '../env.ts';
import type { Surface } from './context.ts';
import { requestIdOf } from './http.ts';

/**
 * Before `/trpc`: what changes anything comes as JSON from a page of ours. tRPC alone would run a
 * mutation from a foreign form (multipart), and SameSite does not stop a sibling host. Each door takes
 * calls from its own pages only.
 */
export function gate(env: Env, surface: Surface) {
  const origin = new URL(surface === 'portal' ? env.PUBLIC_URL : env.CONSOLE_URL).origin;
  return (req: Request, res: Response, next: NextFunction) => {
    // For a WebSocket, of which there is none: what nobody needs, nobody reads.
    if (askedWith(req.url, 'connectionParams')) return refuse(res, 400);
    // tRPC decodes the name of a procedure, and fails over one that cannot be decoded.
    if (decoded(req.path) === null) return refuse(res, 400);
    if (req.method === 'GET' || req.method === 'HEAD') {
      const site = req.headers['sec-fetch-site'];
      if (site !== undefined && site !== 'same-origin') return refuse(res, 403);
      return next();
    }
    if (req.method !== 'POST') return refuse(res, 405);
    if (req.headers.origin !== origin) return refuse(res, 403);
    const site = req.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') return refuse(res, 403);
    const [type] = (req.headers['content-type'] ?? '').split(';');
    if (type?.trim().toLowerCase() !== 'application/json') return refuse(res, 415);
    if (req.headers['content-encoding'] !== undefined) return refuse(res, 415);
    return next();
  };
}

/** Whether a query has a parameter of this name, however that is spelled. */
function askedWith(url: string, name: string): boolean {
  const [, ...query] = url.split('?');
  return new URLSearchParams(query.join('?')).has(name);
}

/** What a path says, or null. The answer is used: a call for its error alone is left out when this is built. */
function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

function refuse(res: Response, status: number): void {
  res.status(status).json({
    error: {
      message: 'INPUT_REFUSED',
      data: {
        httpStatus: status,
        refusal: { code: 'INPUT_REFUSED', retryAfterSeconds: null },
        requestId: requestIdOf(res),
      },
    },
  });
}

/** Whether a file is asked for by another site; typed addresses and our own pages may have it. */
export function askedFromElsewhere(req: Request): boolean {
  const site = req.headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}
