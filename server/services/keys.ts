import { createPublicKey } from 'node:crypto';
import { and, asc, eq, isNull, lt, or, sql } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import { service, serviceKey, serviceScope } from '../../db/schema/service.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record.ts';
import { newToken } from '../crypto/token.ts';
import type { Vault } from '../crypto/vault.ts';
import { DomainError } from '../errors.ts';
import type { CallKey } from './signature.ts';

/** An old and a new one, while a service changes over. */
const MAX_ACTIVE = 2;
/** The last use is noted to the minute: a busy service must not write a row with every call. */
const USE_NOTED_MS = 60_000;

type Who = { actor: Actor; requestId: string; now: Date };

/** The key of that id, whatever its state; who checks a call decides what it is good for. */
export async function findKey(db: Db, id: string): Promise<CallKey | null> {
  const [row] = await db.select().from(serviceKey).where(eq(serviceKey.id, id));
  return row ?? null;
}

/** Notes that a key signed a call that was taken. */
export async function noteUse(db: Db, { keyId, now }: { keyId: string; now: Date }): Promise<void> {
  const before = new Date(now.getTime() - USE_NOTED_MS);
  await db
    .update(serviceKey)
    .set({ lastUsedAt: now })
    .where(
      and(
        eq(serviceKey.id, keyId),
        or(isNull(serviceKey.lastUsedAt), lt(serviceKey.lastUsedAt, before)),
      ),
    );
}

/** Every service with its scopes and its keys, oldest first. */
export async function listServices(tx: Tx | Db) {
  const [services, scopes, keys] = await Promise.all([
    tx.select().from(service).orderBy(asc(service.id)),
    tx.select().from(serviceScope).orderBy(asc(serviceScope.procedure)),
    tx.select().from(serviceKey).orderBy(asc(serviceKey.createdAt), asc(serviceKey.id)),
  ]);
  return services.map((row) => ({
    ...row,
    scopes: scopes
      .filter(({ serviceId }) => serviceId === row.id)
      .map(({ serviceId: _service, ...scope }) => scope),
    keys: keys
      .filter(({ serviceId }) => serviceId === row.id)
      .map(({ serviceId: _service, ...key }) => key),
  }));
}

/**
 * Registers a new key of a service beside the one in use, so that it can change over without a gap. Only
 * the public half is handed in: the private one never leaves the service.
 *
 * @param publicKey Ed25519, SPKI PEM
 * @returns the id to name the key by
 * @throws {DomainError} NOT_FOUND, INPUT_REFUSED for another kind of key, PUBLIC_KEY_KNOWN for one that any
 *   service has or had, NOT_ALLOWED while two are active
 */
export async function rotateKey(
  tx: Tx,
  vault: Vault,
  { serviceId, publicKey, actor, requestId, now }: Who & { serviceId: string; publicKey: string },
): Promise<{ keyId: string }> {
  // Locked, so that of two that rotate at once the second sees the first one's key.
  const [found] = await tx.select().from(service).where(eq(service.id, serviceId)).for('update');
  if (!found) throw new DomainError('NOT_FOUND');
  const spki = ed25519Of(publicKey);
  await refuseKnown(tx, spki);
  const active = and(eq(serviceKey.serviceId, serviceId), eq(serviceKey.status, 'active'));
  if ((await tx.$count(serviceKey, active)) >= MAX_ACTIVE) throw new DomainError('NOT_ALLOWED');
  const keyId = `${serviceId}-${newToken()
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 8)}`;
  await tx.insert(serviceKey).values({
    id: keyId,
    serviceId,
    publicKey: spki,
    status: 'active',
    createdAt: now,
    notBefore: now,
  });
  await record(tx, vault, { action: 'service.key_added', keyId, actor, requestId, now });
  return { keyId };
}

/** A key says who calls: two services with one could not be told apart, and a retired one is not trusted again. */
async function refuseKnown(tx: Tx, publicKey: string): Promise<void> {
  // One after the other, whichever services they are for: the second sees what the first added.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('service key', 0))`);
  if ((await tx.$count(serviceKey, eq(serviceKey.publicKey, publicKey))) > 0)
    throw new DomainError('PUBLIC_KEY_KNOWN');
}

/**
 * Ends a key: the next call it signs is refused.
 * @returns the service, and how many keys it has left to call with
 * @throws {DomainError} NOT_FOUND when there is no such active key
 */
export async function retireKey(
  tx: Tx,
  vault: Vault,
  { keyId, actor, requestId, now }: Who & { keyId: string },
): Promise<{ serviceId: string; left: number }> {
  const [retired] = await tx
    .update(serviceKey)
    .set({ status: 'retired', notAfter: now })
    .where(and(eq(serviceKey.id, keyId), eq(serviceKey.status, 'active')))
    .returning({ serviceId: serviceKey.serviceId });
  if (!retired) throw new DomainError('NOT_FOUND');
  await record(tx, vault, { action: 'service.key_retired', keyId, actor, requestId, now });
  const { serviceId } = retired;
  const active = and(eq(serviceKey.serviceId, serviceId), eq(serviceKey.status, 'active'));
  return { serviceId, left: await tx.$count(serviceKey, active) };
}

function ed25519Of(pem: string): string {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType !== 'ed25519' || /PRIVATE KEY/.test(pem))
      throw new DomainError('INPUT_REFUSED');
    return key.export({ type: 'spki', format: 'pem' }).toString();
  } catch {
    throw new DomainError('INPUT_REFUSED');
  }
}

async function record(
  tx: Tx,
  vault: Vault,
  {
    action,
    keyId,
    actor,
    requestId,
    now,
  }: Who & { action: 'service.key_added' | 'service.key_retired'; keyId: string },
): Promise<void> {
  await recordAudit(tx, vault, {
    action,
    actor,
    subjectId: null,
    purpose: 'platform_security',
    reference: keyId,
    requestId,
    now,
  });
}
