import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { recordAudit } from '../audit/record.ts';
import { newId } from '../crypto/token.ts';
import type { Deps } from '../deps.ts';
import { DomainError, type DomainErrorCode } from '../errors.ts';
import { contract, type Scope } from '../services/contract/index.ts';
import { servicePurpose, servicePurposes } from '../services/contract/purpose.ts';
import { addService, allowProcedure, denyProcedure } from '../services/grants.ts';
import { listServices, retireKey, rotateKey } from '../services/keys.ts';
import { line } from '../trpc/input.ts';
import { UsageError } from './usage-error.ts';

const ID = /^[a-z][a-z0-9-]{1,39}$/;
const procedures = Object.keys(contract) as Scope[];

/** `admin services`: who may call what and with which keys; services, what they may and their keys come and go. */
export async function servicesCommand(deps: Deps, [act, ...rest]: string[]): Promise<number> {
  switch (act) {
    case 'add':
      return add(deps, rest);
    case 'allow':
      return allow(deps, rest);
    case 'deny':
      return deny(deps, rest);
    case 'rotate':
      return rotate(deps, rest);
    case 'retire':
      return retire(deps, rest);
    case undefined:
      return list(deps);
    default:
      throw new UsageError('services needs one of: add, allow, deny, rotate, retire; or nothing.');
  }
}

function operator(deps: Deps, job: string) {
  const now = deps.clock();
  return { actor: { kind: 'system', job: `operator.${job}` }, requestId: newId(now), now } as const;
}

async function add(deps: Deps, args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { name: { type: 'string' }, about: { type: 'string' } },
  });
  const [id = '', path] = positionals;
  if (!ID.test(id)) throw new UsageError('A service is called by 2 to 40 of a-z, 0-9 and -.');
  if (!path) throw new UsageError('services add needs a file with a public key.');
  const name = line(80).safeParse(values.name);
  const about = line(200).safeParse(values.about);
  if (!name.success || !about.success)
    throw new UsageError('services add needs --name and --about, one line each.');
  const publicKey = fileAt(path);
  const { keyId } = await explained(
    deps.connection.db.transaction((tx) =>
      addService(tx, deps.vault, {
        ...operator(deps, 'services-add'),
        id,
        name: name.data,
        about: about.data,
        publicKey,
      }),
    ),
    {
      NOT_ALLOWED: `There is a service ${id} already.`,
      ...keySentences(path),
    },
  );
  console.log(
    `${id} is added with the key ${keyId}. Allow what it may call: services allow ${id} …`,
  );
  return 0;
}

async function allow(deps: Deps, args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { for: { type: 'string' }, people: { type: 'string' } },
  });
  const [serviceId, name] = positionals;
  const procedure = procedures.find((known) => known === name);
  if (!serviceId || !procedure)
    throw new UsageError(`services allow needs a service, and one of ${procedures.join(', ')}.`);
  const wanted = z.array(servicePurpose).min(1).safeParse(values.for?.split(','));
  if (!wanted.success)
    throw new UsageError(`--for is one or more of ${servicePurposes.join(', ')}.`);
  const people = z.coerce.number().int().min(1).max(10_000_000).safeParse(values.people);
  if (!people.success) throw new UsageError('--people is a number of people a day.');
  const purposes = [...new Set(wanted.data)];
  await explained(
    deps.connection.db.transaction((tx) =>
      allowProcedure(tx, deps.vault, {
        ...operator(deps, 'services-allow'),
        serviceId,
        procedure,
        purposes,
        maxSubjectsPerDay: people.data,
      }),
    ),
    { NOT_FOUND: `There is no service ${serviceId}.` },
  );
  console.log(
    `${serviceId} may call ${procedure} for ${purposes.join(', ')}, about ${people.data} people a day.`,
  );
  return 0;
}

async function deny(deps: Deps, [serviceId, procedure]: string[]): Promise<number> {
  if (!serviceId || !procedure)
    throw new UsageError('services deny needs a service and a procedure.');
  await explained(
    deps.connection.db.transaction((tx) =>
      denyProcedure(tx, deps.vault, {
        ...operator(deps, 'services-deny'),
        serviceId,
        procedure,
      }),
    ),
    { NOT_FOUND: `${serviceId} may not call ${procedure} as it is.` },
  );
  console.log(`${serviceId} may call ${procedure} no more: its next call is refused.`);
  return 0;
}

function fileAt(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new UsageError(`${path} cannot be read.`);
  }
}

const keySentences = (path: string) => ({
  INPUT_REFUSED: `${path} is not an Ed25519 public key in PEM.`,
  PUBLIC_KEY_KNOWN: `A service has or had the key in ${path}: make a new pair, for one service alone.`,
});

async function rotate(deps: Deps, [serviceId, path]: string[]): Promise<number> {
  if (!serviceId || !path) throw new UsageError('services rotate needs a service and a file.');
  const publicKey = fileAt(path);
  const { keyId } = await explained(
    deps.connection.db.transaction((tx) =>
      rotateKey(tx, deps.vault, { ...operator(deps, 'services-rotate'), serviceId, publicKey }),
    ),
    {
      NOT_FOUND: `There is no service ${serviceId}.`,
      NOT_ALLOWED: 'Two keys are active already: retire one first.',
      ...keySentences(path),
    },
  );
  console.log(`${keyId} is active beside the key in use.`);
  return 0;
}

async function retire(deps: Deps, [keyId]: string[]): Promise<number> {
  if (!keyId) throw new UsageError('services retire needs a key id.');
  const { serviceId, left } = await explained(
    deps.connection.db.transaction((tx) =>
      retireKey(tx, deps.vault, { ...operator(deps, 'services-retire'), keyId }),
    ),
    { NOT_FOUND: `There is no active key ${keyId}.` },
  );
  console.log(`${keyId} is retired: the next call it signs is refused.`);
  if (left === 0)
    console.log(`It was the only one: ${serviceId} can call nothing until it has a new key.`);
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
