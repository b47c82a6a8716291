import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Purpose } from '../../db/data-map/vocabulary.ts';
import { service, serviceKey, serviceScope } from '../../db/schema/service.ts';
import type { Deps } from '../deps.ts';
import { createInternalApp } from './app.ts';
import type { ServiceKey } from './client/sign.ts';
import { createPortalClient, type PortalClient } from './client.ts';
import type { Scope } from './contract/index.ts';
import type { ServicePurpose } from './contract/purpose.ts';

/** The services' listener of a test, on a port of its own. */
export async function listen(deps: Deps): Promise<string> {
  const server = createServer(createInternalApp(deps));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export type TestService = { id: string; key: ServiceKey };
type Scopes = Partial<Record<Scope, { purposes: Purpose[]; max?: number }>>;

/** A key pair with the public half registered. */
export async function insertKey(
  { connection: { db }, clock }: Deps,
  serviceId: string,
  values: Partial<typeof serviceKey.$inferInsert> = {},
): Promise<ServiceKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const kid = `${serviceId}-${crypto.randomUUID().slice(0, 8)}`;
  const created = new Date(clock().getTime() - 86_400_000);
  await db.insert(serviceKey).values({
    id: kid,
    serviceId,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    status: 'active',
    createdAt: created,
    notBefore: created,
    ...values,
  });
  return { kid, privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** A service that the portal knows, with what it may call. */
export async function insertService(
  deps: Deps,
  id: string,
  scopes: Scopes = {},
): Promise<TestService> {
  const { db } = deps.connection;
  const now = deps.clock();
  await db
    .insert(service)
    .values({ id, name: `The ${id}`, about: 'Made for a test.', createdAt: now });
  const rows = Object.entries(scopes).map(([procedure, { purposes, max = 1_000 }]) => ({
    serviceId: id,
    procedure,
    purposes,
    maxSubjectsPerDay: max,
    grantedAt: now,
  }));
  if (rows.length > 0) await db.insert(serviceScope).values(rows);
  return { id, key: await insertKey(deps, id) };
}

/** The typed client of a test's service. */
export function clientOf<const S extends Scope>(
  url: string,
  { id, key }: TestService,
  { scopes, purpose, now }: { scopes: readonly S[]; purpose: ServicePurpose; now?: () => Date },
): PortalClient<S> {
  return createPortalClient({
    url,
    service: id,
    key,
    scopes,
    purpose,
    attempts: 1,
    ...(now ? { now } : {}),
  });
}
