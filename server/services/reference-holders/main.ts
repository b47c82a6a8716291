import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createPortalClient } from '../client.ts';
import { runHolder } from '../holder.ts';
import { behavingClient, behavingPort } from './behaviour.ts';
import { holderDir, isReferenceHolder, referencePorts } from './ports.ts';

/*
 * A reference holder: a system of its own with its own storage and key, which knows of the portal what
 * every service knows, the address of the services' listener. Ends with whoever started it.
 */
const settings = z
  .object({
    HOLDER: z.string().refine(isReferenceHolder),
    DATA_DIR: z.string().min(1),
    PORTAL_URL: z.url(),
  })
  .parse(process.env);
const keys = z.object({
  services: z.record(z.string(), z.object({ kid: z.string(), privateKeyPem: z.string() })),
});

async function main(): Promise<void> {
  const { HOLDER, DATA_DIR, PORTAL_URL } = settings;
  if (!isReferenceHolder(HOLDER)) throw new RangeError('no such holder');
  const demo = keys.parse(JSON.parse(readFileSync(join(DATA_DIR, 'demo.json'), 'utf8')));
  const key = demo.services[HOLDER];
  if (!key) throw new Error('this holder has no key');
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The portal is gone, however it went: nobody is left to stop us.
  process.on('disconnect', () => process.exit(0));

  const dir = holderDir(DATA_DIR, HOLDER);
  const client = createPortalClient({
    url: PORTAL_URL,
    service: HOLDER,
    key,
    scopes: ['tasks.claim', 'tasks.answer'],
    purpose: 'privacy_rights',
    timeoutMs: 30_000,
  });
  const { signal } = stopping;
  await runHolder(behavingClient(client, dir), behavingPort(referencePorts[HOLDER](dir), dir), {
    signal,
    onProblem: ({ doing, code }) => process.stderr.write(`${HOLDER}: ${doing}: ${code}\n`),
  });
  process.exit(0);
}

main().catch((cause: unknown) => {
  process.stderr.write(
    `${settings.HOLDER}: ${cause instanceof Error ? cause.message : 'failed'}\n`,
  );
  process.exit(1);
});
