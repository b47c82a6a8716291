import { Writable } from 'node:stream';
import { pino } from 'pino';
import { createApp } from '../../server/app.ts';
import type { Deps } from '../../server/deps.ts';
import { parseEnv } from '../../server/env.ts';
import { endServers, listen } from '../../server/listen.ts';
import { createInternalApp } from '../../server/services/app.ts';
import { testDeps } from '../../server/testing/deps.ts';
import { freePort } from './free-port.ts';
import type { World } from './world.ts';

/** The portal and the services' listener over a world's database, in this process. */
export type Portal = {
  url: string;
  internalUrl: string;
  deps: Deps;
  /** Everything that was logged, as it would stand in a file. */
  logged(): string;
  stop(): Promise<void>;
};

/** One proxy is trusted: whoever attacks comes from as many networks as it likes. */
const ONE_PROXY = '1';
const KEEP_ALIVE_SECONDS = 65;

/** @param overrides what the process has instead: another clock, other keys */
export async function startPortal(world: World, overrides: Partial<Deps> = {}): Promise<Portal> {
  const [port, internalPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const lines: string[] = [];
  const kept = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const deps = testDeps(world.connection, {
    env: parseEnv({
      DATA_DIR: world.dataDir,
      PUBLIC_URL: url,
      PORT: String(port),
      DATABASE_URL: world.url,
      TRUST_PROXY: ONE_PROXY,
    }),
    log: pino({ level: 'trace' }, kept),
    ...overrides,
  });
  const at = { host: '127.0.0.1', keepAliveSeconds: KEEP_ALIVE_SECONDS };
  const pages = (_req: unknown, res: { status(code: number): { end(): void } }) =>
    res.status(404).end();
  const servers = [
    await listen(createApp(deps, pages), { ...at, port }),
    await listen(createInternalApp(deps), { ...at, port: internalPort }),
  ];
  return {
    url,
    internalUrl: `http://127.0.0.1:${internalPort}`,
    deps,
    logged: () => lines.join(''),
    stop: () => endServers(servers, { lateMs: 1_000 }),
  };
}
