import { readFileSync } from 'node:fs';
import { recordAudit } from '../audit/record.ts';
import { newId } from '../crypto/token.ts';
import type { Deps } from '../deps.ts';
import { DomainError, type DomainErrorCode } from '../errors.ts';
import { listServices, retireKey, rotateKey } from '../services/keys.ts';
import { UsageError } from './usage-error.ts';

/** `admin services`: who may call what and with which keys; keys come and go. */
export async function servicesCommand(deps: Deps, [act, ...rest]: string[]): Promise<number> {
  if (act === 'rotate') return rotate(deps, rest);
  if (act === 'retire') return retire(deps, rest);
  if (act !== undefined)
    throw new UsageError(`services can be listed, and keys rotated or retired, not ${act}.`);
  return list(deps);
}

function operator(deps: Deps, job: string) {
  const now = deps.clock();
  return { actor: { kind: 'system', job: `operator.${job}` }, requestId: newId(now), now } as const;
}

async function rotate(deps: Deps, [serviceId, path]: string[]): Promise<number> {
  if (!serviceId || !path) throw new UsageError('services rotate needs a service and a file.');
  let publicKey: string;
  try {
    publicKey = readFileSync(path, 'utf8');
  } catch {
    throw new UsageError(`${path} cannot be read.`);
  }
  const { keyId } = await explained(
    deps.connection.db.transaction((tx) =>
      rotateKey(tx, deps.vault, { ...operator(deps, 'services-rotate'), serviceId, publicKey }),
    ),
    {
      NOT_FOUND: `There is no service ${serviceId}.`,
      NOT_ALLOWED: 'Two keys are active already: retire one first.',
      INPUT_REFUSED: `${path} is not an Ed25519 public key in PEM.`,
    },
  );
  console.log(`${keyId} is active beside the key in use.`);
  return 0;
}

async function retire(deps: Deps, [keyId]: string[]): Promise<number> {
  if (!keyId) throw new UsageError('services retire needs a key id.');
  await explained(
    deps.connection.db.transaction((tx) =>
      retireKey(tx, deps.vault, { ...operator(deps, 'services-retire'), keyId }),
    ),
    { NOT_FOUND: `There is no active key ${keyId}.` },
  );
  console.log(`${keyId} is retired: the next call it signs is refused.`);
  return 0;
}

async function list(deps: Deps): Promise<number> {
  const services = await deps.connection.db.transaction(async (tx) => {
    await recordAudit(tx, deps.vault, {
      ...operator(deps, 'services-list'),
      action: 'operator.ran',
      subjectId: null,
      purpose: 'accountability',
    });
    return listServices(tx);
  });
  for (const { id, name, scopes, keys } of services) {
    console.log(`${id}  ${name}`);
    for (const { procedure, purposes, maxSubjectsPerDay } of scopes)
      console.log(
        `  ${procedure.padEnd(24)} ${purposes.join(', ')}; ${maxSubjectsPerDay} people a day`,
      );
    for (const { id: keyId, status, lastUsedAt } of keys)
      console.log(
        `  key ${keyId}  ${status}, ${lastUsedAt ? `last used ${lastUsedAt.toISOString()}` : 'never used'}`,
      );
  }
  return 0;
}

/** A refusal in the operator's words. */
async function explained<T>(
  act: Promise<T>,
  sentences: Partial<Record<DomainErrorCode, string>>,
): Promise<T> {
  try {
    return await act;
  } catch (cause) {
    const sentence = cause instanceof DomainError ? sentences[cause.code] : undefined;
    throw sentence ? new UsageError(sentence) : cause;
  }
}
