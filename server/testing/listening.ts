import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createApp } from '../app.ts';
import type { Deps } from '../deps.ts';
import { listen } from '../listen.ts';
import { type Answer, type Ask, asker } from './ask.ts';

export type { Answer, Ask };

/** A portal that listens until the test ends, and what it answers, header by header. */
export async function listening(deps: Deps): Promise<Ask & { port: number }> {
  const pages = createApp(deps, (_req, res) => {
    res.type('text/plain').send('the document');
  });
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
