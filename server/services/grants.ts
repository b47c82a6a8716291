import { and, eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { service, serviceScope } from '../../db/schema/service.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record.ts';
import type { Vault } from '../crypto/vault.ts';
import { DomainError } from '../errors.ts';
import type { Scope } from './contract/index.ts';
import type { ServicePurpose } from './contract/purpose.ts';
import { rotateKey } from './keys.ts';

type Who = { actor: Actor; requestId: string; now: Date };

/**
 * Registers a service with its first key. It may call nothing until it is allowed to.
 *
 * @param publicKey Ed25519, SPKI PEM
 * @returns the id to name the key by
 * @throws {DomainError} NOT_ALLOWED when there is a service of that id, INPUT_REFUSED and PUBLIC_KEY_KNOWN as
 *   `rotateKey`
 */
export async function addService(
  tx: Tx,
  vault: Vault,
  {
    id,
    name,
    about,
    publicKey,
    ...who
  }: Who & { id: string; name: string; about: string; publicKey: string },
): Promise<{ keyId: string }> {
  const [added] = await tx
    .insert(service)
    .values({ id, name, about, createdAt: who.now })
    .onConflictDoNothing()
    .returning({ id: service.id });
  if (!added) throw new DomainError('NOT_ALLOWED');
  await record(tx, vault, 'service.added', id, who);
  return rotateKey(tx, vault, { ...who, serviceId: id, publicKey });
}

/**
 * Lets a service call a procedure for these purposes, about so many people a UTC day; in place of what it
 * was allowed of that procedure before.
 * @throws {DomainError} NOT_FOUND when there is no such service
 */
export async function allowProcedure(
  tx: Tx,
  vault: Vault,
  {
    serviceId,
    procedure,
    purposes,
    maxSubjectsPerDay,
    ...who
  }: Who & {
    serviceId: string;
    procedure: Scope;
    purposes: readonly ServicePurpose[];
    maxSubjectsPerDay: number;
  },
): Promise<void> {
  const [found] = await tx.select().from(service).where(eq(service.id, serviceId)).for('update');
  if (!found) throw new DomainError('NOT_FOUND');
  const grant = { purposes: [...purposes], maxSubjectsPerDay, grantedAt: who.now };
  await tx
    .insert(serviceScope)
    .values({ serviceId, procedure, ...grant })
    .onConflictDoUpdate({ target: [serviceScope.serviceId, serviceScope.procedure], set: grant });
  await record(tx, vault, 'service.allowed', `${serviceId} ${procedure}`, who);
}

/**
 * Takes a procedure from a service: its next call is refused.
 * @throws {DomainError} NOT_FOUND when it was not allowed
 */
export async function denyProcedure(
  tx: Tx,
  vault: Vault,
  { serviceId, procedure, ...who }: Who & { serviceId: string; procedure: string },
): Promise<void> {
  const [denied] = await tx
    .delete(serviceScope)
    .where(and(eq(serviceScope.serviceId, serviceId), eq(serviceScope.procedure, procedure)))
    .returning({ procedure: serviceScope.procedure });
  if (!denied) throw new DomainError('NOT_FOUND');
  await record(tx, vault, 'service.denied', `${serviceId} ${procedure}`, who);
}

async function record(
  tx: Tx,
  vault: Vault,
  action: 'service.added' | 'service.allowed' | 'service.denied',
  reference: string,
  who: Who,
): Promise<void> {
  await recordAudit(tx, vault, {
    ...who,
    action,
    subjectId: null,
    purpose: 'platform_security',
    reference,
  });
}
