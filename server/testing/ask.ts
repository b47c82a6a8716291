import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };
export type Asking = {
  /** As the browser says it; the one of the portal's address unless told otherwise. */
  host?: string | undefined;
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string;
  /** Of an answer that is a stream: whether enough of it came. The rest is left. */
  enough?: (text: string) => boolean;
};
export type Ask = (path: string, asking?: Asking) => Promise<Answer>;

/**
 * Asks who listens on a port of this machine, over connections that are kept.
 * @param known the Host that goes with it unless a call has its own
 */
export function asker(port: number, known: string): { ask: Ask; end: () => void } {
  const agent = new Agent({ keepAlive: true });
  const ask: Ask = async (
    path,
    { host = known, method = 'GET', headers = {}, body, enough } = {},
  ) => {
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
    for await (const piece of answer.setEncoding('utf8')) {
      text += piece;
      if (enough?.(text)) break;
    }
    return { status: answer.statusCode, headers: answer.headers, body: text };
  };
  return { ask, end: () => agent.destroy() };
}
