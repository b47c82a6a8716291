import { once } from 'node:events';
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { connect, type Socket } from 'node:net';

const HELD_BYTES = 1_048_576;

export type Balancer = {
  port: number;
  /** Acts that a process has been given and has not answered. */
  actsAt(target: number): number;
  /**
   * Processes that were sent SIGKILL and are not gone: the kernel still takes connections for them. Acts
   * go elsewhere, everything else finds out.
   */
  dying: Set<number>;
  /** Called when an act was handed to a process. */
  onAct: (target: number) => void;
  /** Answers that a process's death cut off: streams of events, and others. */
  cut: { streams: number; others: number };
  /** Of the answers cut off in the middle: method and path, the query left out. */
  cutOff: string[];
  stop(): Promise<void>;
};

/**
 * Hands each request to one of several processes, as a balancer in front of them does. Another one is
 * tried when a process refuses the connection, or dies over a GET before its answer was whole or too
 * large to be held back; what was sent with a body is not sent twice, and is answered 503.
 */
export async function startBalancer(targets: readonly number[]): Promise<Balancer> {
  const acts = new Map(targets.map((target) => [target, 0]));
  let turn = 0;
  const server = createServer((req, res) => void serve(req, res));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const balancer: Balancer = {
    port: address && typeof address === 'object' ? address.port : 0,
    actsAt: (target) => acts.get(target) ?? 0,
    dying: new Set(),
    onAct: () => {},
    cut: { streams: 0, others: 0 },
    cutOff: [],
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    turn += Math.random() < 0.5 ? 1 : 2;
    const order = targets.map((_target, index) => targets[(turn + index) % targets.length] ?? 0);
    const act = isAct(req);
    for (const target of order) {
      if (act && balancer.dying.has(target)) continue;
      if (act) acts.set(target, balancer.actsAt(target) + 1);
      const done = await hand(req, res, { target, act });
      if (act) acts.set(target, balancer.actsAt(target) - 1);
      if (done) return;
    }
    if (!res.headersSent) res.writeHead(503, { 'retry-after': '1' });
    res.end();
  }

  /** False when another process may be tried. */
  async function hand(
    req: IncomingMessage,
    res: ServerResponse,
    { target, act }: { target: number; act: boolean },
  ): Promise<boolean> {
    const socket = await open(target);
    if (!socket) return false;
    const { method, url, headers } = req;
    const upstream = request({
      method,
      path: url,
      headers,
      createConnection: () => socket,
    });
    req.pipe(upstream);
    res.once('close', () => upstream.destroy());
    if (act) balancer.onAct(target);
    const answer = await answerOf(upstream);
    if (!answer) {
      balancer.cut.others += 1;
      if (method === 'GET') return false;
      if (!res.destroyed) res.writeHead(503, { 'retry-after': '1' }).end();
      return true;
    }
    const held: Buffer[] = [];
    if (method === 'GET' && !isStream(answer) && !(await hold(answer, held))) {
      // Nobody waits any more: it was not the process that went away.
      if (res.destroyed) return true;
      balancer.cut.others += 1;
      balancer.cutOff.push(`${method} ${url?.replace(/\?.*/s, '')}, asked for again`);
      return false;
    }
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    res.flushHeaders();
    for (const chunk of held) res.write(chunk);
    answer.pipe(res);
    answer.once('error', () => {
      balancer.cut[isStream(answer) ? 'streams' : 'others'] += 1;
      balancer.cutOff.push(`${method} ${url?.replace(/\?.*/s, '')}`);
      res.destroy();
    });
    if (!res.closed) await once(res, 'close');
    return true;
  }
  return balancer;
}

/** Every query is asked in a batch; whatever else has a body does something. */
function isAct({ method, url = '' }: IncomingMessage): boolean {
  return method !== 'GET' && method !== 'HEAD' && !url.includes('batch=1');
}

function isStream({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.startsWith('text/event-stream') ?? false;
}

/**
 * Holds an answer back until it is whole or too large to be held, so that a page or a script that is cut
 * off can be asked for again. False when it was cut off.
 */
async function hold(answer: IncomingMessage, held: Buffer[]): Promise<boolean> {
  let bytes = 0;
  try {
    for await (const chunk of answer.iterator({ destroyOnReturn: false })) {
      held.push(chunk);
      bytes += chunk.length;
      if (bytes > HELD_BYTES) break;
    }
    return true;
  } catch {
    return false;
  }
}

/** A connection, or null when it is refused. */
function open(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(null));
    socket.once('connect', () => resolve(socket));
  });
}

/** The answer, or null when the process went away without one. */
function answerOf(upstream: ClientRequest): Promise<IncomingMessage | null> {
  return new Promise((resolve) => {
    upstream.on('error', () => resolve(null));
    upstream.once('response', resolve);
  });
}
