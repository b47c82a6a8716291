// One of the servers that are compared, in a process of its own; says `ready` to whoever began it.

import { bareHttp, listening, peerServer, plainTrpc } from './others.ts';
import { ourServer } from './ours.ts';

const [which = '', port = ''] = process.argv.slice(2);
const options = JSON.parse(process.env['BENCH_OPTIONS'] ?? '{}');
const servers: Record<string, () => Parameters<typeof listening>[0]> = {
  ours: () => ourServer(options),
  'plain tRPC': () => plainTrpc(options),
  'better-auth': () => peerServer({ ...options, joins: false }),
  'better-auth, joins': () => peerServer({ ...options, joins: true }),
  'bare http': () => bareHttp(options),
};
const make = servers[which];
if (!make) throw new RangeError(`no such server: ${which}`);
await listening(make(), Number(port));
// With a profile being written, the process has to end by itself.
process.on('SIGTERM', () => process.exit(0));
process.send?.('ready');
