import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type postgres from 'postgres';
import { hashPassword } from '../../server/auth/password.ts';
import { recoveryRows } from '../../server/auth/recovery-codes.ts';
import { newTotpSecret, totpRow } from '../../server/auth/totp.ts';
import { newCode, newToken } from '../../server/crypto/token.ts';
import { passwordCredential, recoveryCode, totpFactor } from '../schema/auth.ts';
import { service, serviceKey, serviceScope } from '../schema/service.ts';
import { insertRows } from './bulk.ts';
import { customerStory } from './customer-story.ts';
import type { Person, World } from './people.ts';
import {
  type DemoFile,
  type PersonaKey,
  personas,
  type SeedServiceId,
  seedServices,
} from './personas.ts';

const RECOVERY_CODES = 10;
/** 120 random bits, 20 a group. */
const RECOVERY_GROUPS = 6;
/** 80 random bits, in a form that people can copy. */
const PASSWORD_GROUPS = 4;

type Secrets = Pick<DemoFile['personas'][PersonaKey], 'password' | 'totpSecret' | 'recoveryCodes'>;

/**
 * Sign-in secrets of the personas, random for each installation, and password rows for everybody. Who
 * is no persona gets the hash of a password that nobody has seen.
 */
export async function seedCredentials(
  sql: postgres.ISql,
  world: World,
): Promise<DemoFile['personas']> {
  const nobodys = hashPassword(newToken());
  const found: Partial<DemoFile['personas']> = {};
  const passwords = await Promise.all(
    world.people.map(async (person) => {
      const secrets = person.persona ? newSecrets(person.persona) : null;
      if (person.persona && secrets) {
        const { email, role, displayName } = person;
        found[person.persona] = { email, ...secrets, role, displayName };
      }
      const hash = await (secrets ? hashPassword(secrets.password) : nobodys);
      return { subjectId: person.subjectId, hash, changedAt: person.createdAt };
    }),
  );
  await insertRows(sql, passwordCredential, passwords);
  const complete = found as DemoFile['personas'];
  for (const person of world.people) {
    if (person.persona)
      await seedFactors(sql, { world, person, secrets: complete[person.persona] });
  }
  return complete;
}

/**
 * The services with their scopes and one key each (Ed25519); the private half is only in the answer.
 *
 * @param lastActs when each service last did something that is on record: it used its key for that
 */
export async function seedServiceKeys(
  sql: postgres.ISql,
  { launch }: World,
  lastActs: ReadonlyMap<string, Date> = new Map(),
): Promise<DemoFile['services']> {
  const found: Partial<DemoFile['services']> = {};
  for (const id of Object.keys(seedServices) as SeedServiceId[]) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const kid = `${id}-${randomBytes(4).toString('hex')}`;
    found[id] = {
      id,
      kid,
      privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
    const { name, about, scopes } = seedServices[id];
    await insertRows(sql, service, [{ id, name, about, createdAt: launch }]);
    await insertRows(
      sql,
      serviceScope,
      Object.entries(scopes).map(([procedure, { purposes, maxSubjectsPerDay }]) => ({
        serviceId: id,
        procedure,
        purposes: [...purposes],
        maxSubjectsPerDay,
        grantedAt: launch,
      })),
    );
    await insertRows(sql, serviceKey, [
      {
        id: kid,
        serviceId: id,
        publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        status: 'active',
        createdAt: launch,
        notBefore: launch,
        lastUsedAt: lastActs.get(id) ?? null,
      },
    ]);
  }
  return found as DemoFile['services'];
}

function newSecrets(key: PersonaKey): Secrets {
  const { secondFactor } = personas[key];
  return {
    password: newCode(PASSWORD_GROUPS),
    totpSecret: secondFactor ? newTotpSecret() : null,
    recoveryCodes: secondFactor
      ? Array.from({ length: RECOVERY_CODES }, () => newCode(RECOVERY_GROUPS))
      : [],
  };
}

async function seedFactors(
  sql: postgres.ISql,
  { world, person, secrets }: { world: World; person: Person; secrets: Secrets },
): Promise<void> {
  const { totpSecret: secret, recoveryCodes: codes } = secrets;
  if (!secret) return;
  const { vault } = world;
  const { subjectId, key, createdAt: now } = person;
  const factor = totpRow({ vault, key, subjectId, secret, now, confirmed: true });
  const label = person.persona === 'customer' ? customerStory.authenticatorLabel : null;
  await insertRows(sql, totpFactor, [
    label ? { ...factor, label: vault.seal(key, 'totp_factor.label', label) } : factor,
  ]);
  await insertRows(sql, recoveryCode, recoveryRows({ vault, subjectId, codes, now }));
}
