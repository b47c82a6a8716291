import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AnyRouter } from '@trpc/server';
import type { RequestHandler } from 'express';
import { onTestFinished } from 'vitest';
import { createApp } from '../app.ts';
import type { Deps } from '../deps.ts';
import { listen } from '../listen.ts';

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };
export type Asking = {
  /** As the browser says it; the one of the portal's address unless told otherwise. */
  host?: string | undefined;
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string;
};
export type Ask = (path: string, asking?: Asking) => Promise<Answer>;

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
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const known = new URL(deps.env.PUBLIC_URL).host;
  const ask: Ask = async (path, { host = known, method = 'GET', headers = {}, body } = {}) => {
    // `fetch` takes no Host, and would add headers of its own.
    const call = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      agent,
      headers: { host, ...headers },
    });
    call.end(body);
    const [answer] = await once(call, 'response');
    let text = '';
    for await (const piece of answer.setEncoding('utf8')) text += piece;
    return { status: answer.statusCode, headers: answer.headers, body: text };
  };
  return Object.assign(ask, { port });
}

/** What the portal's own page sends with a call. */
export const fromOurPage = (url: string): Record<string, string> => ({
  origin: new URL(url).origin,
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/json',
});
