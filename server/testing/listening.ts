import type { AddressInfo } from 'node:net';
import type { AnyRouter } from '@trpc/server';
import type { RequestHandler } from 'express';
import { onTestFinished } from 'vitest';
import { createApp } from '../app.ts';
import type { Deps } from '../deps.ts';
import { listen } from '../listen.ts';
import { type Answer, type Ask, asker } from './ask.ts';

export type { Answer, Ask };

/**
 * A portal that listens until the test ends, and what it answers, header by header.
 * @param router procedures of the test's own, in place of the portal's
 */
export async function listening(deps: Deps, router?: AnyRouter): Promise<Ask & { port: number }> {
  const document: RequestHandler = (_req, res) => void res.type('text/plain').send('the document');
  const pages = createApp(deps, document, router);
  const server = await listen(pages, { host: '127.0.0.1', port: 0, keepAliveSeconds: 60 });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const { ask, end } = asker(port, new URL(deps.env.PUBLIC_URL).host);
  onTestFinished(end);
  return Object.assign(ask, { port });
}

/** What the portal's own page sends with a call. */
export const fromOurPage = (url: string): Record<string, string> => ({
  origin: new URL(url).origin,
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/json',
});
