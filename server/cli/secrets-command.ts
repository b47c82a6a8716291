import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generateKeyring } from '../crypto/keyring.ts';

const OWNER = 'portal_owner';
const APP = 'portal_app';
/** Where the services of docker-compose.yml find each other. */
const DATABASE = 'postgres:5432/portal';
const MAIL = 'smtp://mail:1025';

/** Secrets of docker-compose.yml by file name; the later ones may need the earlier ones' text. */
const secrets: Record<string, (made: Record<string, string>) => string> = {
  postgres_password: random,
  owner_database_url: ({ postgres_password }) =>
    `postgres://${OWNER}:${encodeURIComponent(postgres_password ?? '')}@${DATABASE}`,
  database_url: () => `postgres://${APP}:${random()}@${DATABASE}`,
  encryption_keys: generateKeyring,
  metrics_token: random,
  smtp_url: () => MAIL,
};

/**
 * Makes the secrets that the composed portal lacks, each in a file of a folder that only its owner may
 * enter. What is there stays: keys that were used cannot be made again. The files themselves can be
 * read by everyone who gets at them, because a container's user is another one than the folder's.
 * @returns names of those that were made, and of those that were there
 */
export function makeSecrets(folder: string): { made: string[]; kept: string[] } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const texts: Record<string, string> = {};
  const done = { made: [] as string[], kept: [] as string[] };
  for (const [name, make] of Object.entries(secrets)) {
    const path = join(folder, name);
    const known = existsSync(path);
    if (!known) writeFileSync(path, make(texts), { flag: 'wx', mode: 0o444 });
    texts[name] = readFileSync(path, 'utf8').trim();
    (known ? done.kept : done.made).push(name);
  }
  return done;
}

/** `secrets [<folder>]`: the first step before `docker compose up`. Opens no database. */
export function secretsCommand([folder = '.secrets']: string[]): number {
  const path = resolve(folder);
  const { made, kept } = makeSecrets(path);
  for (const name of kept) console.log(`${name}: was there, kept as it is`);
  for (const name of made) console.log(`${name}: made`);
  console.log(`Secrets lie in ${path}. Back up encryption_keys apart from the database.`);
  return 0;
}

function random(): string {
  return randomBytes(24).toString('base64url');
}
