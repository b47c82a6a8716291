import { recordAudit } from '../audit/record.ts';
import { withNewVersion, withoutVersion } from '../crypto/keyring.ts';
import { KeysFileError, writeKeysFile } from '../crypto/keys-file.ts';
import { keyVersions, retireVersion, rewrapKeys } from '../crypto/rotate.ts';
import { newId } from '../crypto/token.ts';
import type { Deps } from '../deps.ts';
import { UsageError } from './usage-error.ts';

/** Of two operators one rotates: the other would make a version that nobody asked for. */
const LOCK = 7_203_115;

/** `keys [rotate|retire <version>]`: the key outside the database that wraps every person's key. */
export async function keysCommand(deps: Deps, [verb, version]: string[]): Promise<number> {
  switch (verb) {
    case undefined:
      return status(deps);
    case 'rotate':
      return alone(deps, () => rotate(deps));
    case 'retire':
      return alone(deps, () => retire(deps, version));
    default:
      throw new UsageError('keys alone, keys rotate, or keys retire <version>.');
  }
}

async function status(deps: Deps): Promise<number> {
  await record(deps, 'keys-status');
  const current = deps.vault.currentVersion();
  for (const { version, since, retiredAt, keys } of await keyVersions(deps.connection.db)) {
    const state = retiredAt
      ? `retired ${retiredAt.toISOString().slice(0, 10)}`
      : version === current
        ? 'current'
        : keys > 0
          ? 'being left: run keys rotate'
          : `unused: keys retire ${version}`;
    console.log(
      `version ${version}  since ${since.toISOString().slice(0, 10)}  ${keys} keys  ${state}`,
    );
  }
  return 0;
}

/** A new version, or the rest of an interrupted rotation. */
async function rotate(deps: Deps): Promise<number> {
  const { db } = deps.connection;
  const path = keysFile(deps);
  const now = deps.clock();
  await record(deps, 'keys-rotate');
  const before = deps.vault.currentVersion();
  const left = (await keyVersions(db)).filter(
    ({ version, keys }) => version !== before && keys > 0,
  );
  if (left.length > 0) console.log(`A rotation was interrupted: it goes on to version ${before}.`);
  else {
    writing(path, (text) => withNewVersion(text).text);
    console.log(`Version ${deps.vault.currentVersion()} is in ${path} and is the current one.`);
  }
  // The database learns of it before anything is wrapped under it.
  await deps.vault.checkKeys(db, now);
  const done = await rewrapKeys(db, deps.vault, (keys) => console.log(`${keys} keys wrapped anew`));
  console.log(
    `All keys are under version ${deps.vault.currentVersion()}; ${done} were wrapped anew.`,
  );
  const old = (await keyVersions(db)).filter(
    ({ version, retiredAt }) => version !== deps.vault.currentVersion() && !retiredAt,
  );
  for (const { version } of old)
    console.log(
      `Back up the file, then take version ${version} out of it: npm run admin -- keys retire ${version}`,
    );
  return 0;
}

async function retire(deps: Deps, given: string | undefined): Promise<number> {
  const { db } = deps.connection;
  const path = keysFile(deps);
  if (!given || !/^[1-9]\d*$/.test(given)) throw new UsageError('keys retire needs a version.');
  const version = Number(given);
  if (version === deps.vault.currentVersion())
    throw new UsageError(`Version ${version} is the current one: first keys rotate.`);
  if (!(await keyVersions(db)).some((known) => known.version === version))
    throw new UsageError(`This database has seen no version ${version}.`);
  await record(deps, 'keys-retire');
  const left = await retireVersion(db, { version, now: deps.clock() });
  if (left > 0)
    throw new UsageError(`${left} keys are still under version ${version}: first keys rotate.`);
  writing(path, (text) => withoutVersion(text, version));
  console.log(`Version ${version} is retired and no more in ${path}.`);
  console.log(
    `${path}.previous still has it, and old dumps can be opened with it: delete it when no dump that needs it may be restored.`,
  );
  return 0;
}

function keysFile({ env }: Deps): string {
  if (!env.KEYS_FILE)
    throw new UsageError(
      'ENCRYPTION_KEYS is set by value. Put it into a file that all processes read (ENCRYPTION_KEYS_FILE); there it can be rotated.',
    );
  return env.KEYS_FILE;
}

function writing(path: string, change: (text: string) => string): void {
  try {
    writeKeysFile(path, change);
  } catch (cause) {
    if (cause instanceof KeysFileError) throw new UsageError(cause.message);
    throw cause;
  }
}

async function alone(deps: Deps, act: () => Promise<number>): Promise<number> {
  const held = await deps.connection.sql.reserve();
  try {
    const [lock] = await held<{ taken: boolean }[]>`select pg_try_advisory_lock(${LOCK}) as taken`;
    if (!lock?.taken) throw new UsageError('Somebody else is at the keys right now.');
    try {
      return await act();
    } finally {
      await held`select pg_advisory_unlock(${LOCK})`;
    }
  } finally {
    held.release();
  }
}

function record(deps: Deps, what: string): Promise<void> {
  const now = deps.clock();
  return deps.connection.db.transaction((tx) =>
    recordAudit(tx, deps.vault, {
      action: 'operator.ran',
      actor: { kind: 'system', job: `operator.${what}` },
      subjectId: null,
      purpose: 'accountability',
      requestId: newId(now),
      now,
    }),
  );
}
