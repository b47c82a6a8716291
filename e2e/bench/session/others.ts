import { createServer, type RequestListener } from 'node:http';
import { initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import { betterAuth } from 'better-auth';
import { toNodeHandler } from 'better-auth/node';
import express from 'express';
import { Pool } from 'pg';
import postgres from 'postgres';
import { z } from 'zod';
import { connect } from '../../../db/connect.ts';
import { readSettings, SETTINGS_SQL } from './read.ts';

const POOL = 10;

/** The same read on tRPC and Express, and nothing before or after it. */
export function plainTrpc({ databaseUrl, subjectId }: { databaseUrl: string; subjectId: string }) {
  const t = initTRPC.create({ isDev: false });
  const { db } = connect(databaseUrl, { max: POOL, role: null });
  const router = t.router({
    settings: t.procedure.input(z.strictObject({})).query(() => readSettings(db, subjectId)),
  });
  const app = express();
  app.use('/trpc', createExpressMiddleware({ router, allowMethodOverride: true }));
  return app;
}

/** The same read with node:http and the driver alone. */
export function bareHttp({
  databaseUrl,
  subjectId,
}: {
  databaseUrl: string;
  subjectId: string;
}): RequestListener {
  const sql = postgres(databaseUrl, { max: POOL, onnotice: () => {} });
  return async (_req, res) => {
    const [settings] = await sql.unsafe(SETTINGS_SQL, [subjectId], { prepare: true });
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify(settings));
  };
}

/** better-auth as its guide sets it up, on the driver that it brings its statements for; no cookie cache. */
export function peerAuth({
  databaseUrl,
  publicUrl,
  secret,
  joins,
}: {
  databaseUrl: string;
  publicUrl: string;
  secret: string;
  joins: boolean;
}) {
  const pool = new Pool({ connectionString: databaseUrl, max: POOL });
  const auth = betterAuth({
    baseURL: publicUrl,
    secret,
    database: pool,
    emailAndPassword: { enabled: true },
    session: { cookieCache: { enabled: false } },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: { database: { joins } },
  });
  return { auth, close: () => pool.end() };
}

/** On node:http without a framework: nothing slows it but itself. */
export function peerServer(options: Parameters<typeof peerAuth>[0]): RequestListener {
  return toNodeHandler(peerAuth(options).auth);
}

/** Listens on a free port of this machine. */
export async function listening(listener: RequestListener, port = 0): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('no port');
  return address.port;
}
