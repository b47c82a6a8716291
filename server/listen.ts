import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { draining } from './health.ts';

/** How often a server that is told to end looks for connections that nobody uses any more. */
const LOOK_MS = 100;

/** How long a request may take to come: its headers, and all of it. Node looks every thirty seconds by itself. */
export type Patience = { headersMs: number; requestMs: number; checkMs: number };
export const CHECK_MS = 5_000;
const PATIENCE: Patience = { headersMs: 10_000, requestMs: 30_000, checkMs: CHECK_MS };

/** Connections of a server on which nothing was asked yet: Node does not count them as idle. */
const unaskedOf = new WeakMap<Server, Set<Socket>>();

/**
 * Listens, and bounds what one connection can hold.
 * @param keepAliveSeconds how long a connection that nobody uses stays. Longer than a proxy in front
 * keeps it: who closes first must not be us, or a call sent at that moment is lost, and the proxy cannot
 * repeat what may act twice.
 */
export async function listen(
  app: RequestListener,
  {
    host,
    port,
    keepAliveSeconds,
    patience = PATIENCE,
  }: { host: string; port: number; keepAliveSeconds: number; patience?: Patience },
): Promise<Server> {
  const unasked = new Set<Socket>();
  const { headersMs, requestMs, checkMs } = patience;
  const settings = { maxHeaderSize: 16_384, connectionsCheckingInterval: checkMs };
  const server = createServer(settings, (req, res) => {
    unasked.delete(req.socket);
    if (draining.now) res.setHeader('Connection', 'close');
    app(req, res);
  });
  server.on('connection', (socket) => {
    unasked.add(socket);
    socket.once('close', () => unasked.delete(socket));
  });
  unaskedOf.set(server, unasked);
  server.headersTimeout = headersMs;
  server.requestTimeout = requestMs;
  server.keepAliveTimeout = keepAliveSeconds * 1_000;
  server.maxHeadersCount = 100;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}

/**
 * Ends servers: no new connections, those that nobody uses close, answers under way are finished, and
 * whatever is still open after a while closes all the same.
 */
export async function endServers(
  servers: readonly Server[],
  { lateMs }: { lateMs: number },
): Promise<void> {
  draining.now = true;
  const closed = servers.map(
    (server) => new Promise<void>((resolve) => server.close(() => resolve())),
  );
  const look = setInterval(() => {
    for (const server of servers) {
      server.closeIdleConnections();
      for (const socket of unaskedOf.get(server) ?? []) socket.destroy();
    }
  }, LOOK_MS);
  const late = setTimeout(() => {
    for (const server of servers) server.closeAllConnections();
  }, lateMs);
  try {
    await Promise.all(closed);
  } finally {
    clearInterval(look);
    clearTimeout(late);
  }
}
