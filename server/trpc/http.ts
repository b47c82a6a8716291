import type { Request, Response } from 'express';
import { readTokens } from '../auth/cookies.ts';
import { readGpc } from '../consent/gpc.ts';
import { readCookie, readVisitorId } from '../consent/register.ts';
import { newId } from '../crypto/token.ts';
import type { Deps } from '../deps.ts';
import { coarseNetwork, coarseUserAgent } from './client.ts';
import type { Context, Surface } from './context.ts';

/** What is known of an HTTP call before anybody is recognised: cookies, network, device, signal. */
export function contextOf(
  deps: Deps,
  req: Request,
  res: Response,
  surface: Surface = 'portal',
): Context {
  const cookies = req.headers.cookie;
  return {
    deps,
    surface,
    now: deps.clock(),
    requestId: requestIdOf(res),
    tokens: readTokens(cookies, deps.env, surface),
    visitorId: readVisitorId(cookies),
    cookie: (name) => readCookie(cookies, name),
    ipPrefix: coarseNetwork(req.ip ?? ''),
    userAgentFamily: coarseUserAgent(req.headers['user-agent'] ?? ''),
    gpc: readGpc(req.rawHeaders),
    forAccount: req.get('x-account') ?? null,
    watching: req.headers['x-watching'] === '1',
    method: req.method,
    setCookie: (header) => res.append('Set-Cookie', header),
    setHeader: (name, value) => res.setHeader(name, value),
  };
}

/** The request's id, made on first use; stands in logs, audit events and refusals. */
export function requestIdOf(res: Response): string {
  const known: unknown = res.locals['requestId'];
  if (typeof known === 'string') return known;
  const made = newId();
  res.locals['requestId'] = made;
  return made;
}
