// Holds durable work by a lock of our own, and kills the portal while it waits.
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import postgres from 'postgres';
import { startPortal } from '../portal.mjs';

const POLL_MS = 25;
const HOLD_MS = 120_000;
/** A held step is not killed at once: the wait itself must not be what saves it. */
const LINGER_MS = 300;
/** A portal that stands still goes on after this at the latest: it may have what the lock waits for. */
const STILL_MS = 5_000;

/** The embedded database of a data directory, once it answers and was started after `since`. */
export async function openDatabase(dataDir, since = 0) {
  const deadline = Date.now() + HOLD_MS;
  while (Date.now() < deadline) {
    const sql = connectTo(dataDir);
    if (sql) {
      try {
        const [row] = await sql`select pg_postmaster_start_time() as started`;
        if (row.started.getTime() > since) return sql;
      } catch {
        // Not up yet, or on its way down: asked again.
      }
      await sql.end({ timeout: 0 });
    }
    await wait(POLL_MS);
  }
  throw new Error('the database did not answer in time');
}

function connectTo(dataDir) {
  const [port, password] = ['pg-port', 'pg-password'].map((name) => join(dataDir, name));
  if (!existsSync(port) || !existsSync(password)) return null;
  const [portText, passwordText] = [port, password].map((path) =>
    readFileSync(path, 'utf8').trim(),
  );
  return postgres(`postgres://postgres:${passwordText}@127.0.0.1:${portText}/portal`, {
    max: 3,
    connect_timeout: 2,
    // The driver's own look at types answers to nobody when the database goes away under it.
    fetch_types: false,
    onnotice: () => {},
  });
}

/**
 * Takes the lock of a place and keeps it. `place(sql)` answers with its name, the statement that locks,
 * and words of the statement that will wait for it.
 */
export async function hold(dataDir, place) {
  return lockPlace(await openDatabase(dataDir), place);
}

async function lockPlace(sql, place) {
  const { name, lock, waiting } = await place(sql);
  let release = () => {};
  const released = new Promise((resolve) => {
    release = resolve;
  });
  const locked = deferred();
  const transaction = sql
    .begin(async (tx) => {
      const [{ pid }] = await tx`select pg_backend_pid() as pid`;
      await lock(tx);
      locked.resolve(pid);
      await released;
    })
    // The lock goes with the database, too.
    .catch(locked.reject);
  const pid = await locked.promise;
  return {
    name,
    /** Whether the portal came to wait for it, while there was something to wait with. */
    async caught(isOpen) {
      const deadline = Date.now() + HOLD_MS;
      while (Date.now() < deadline) {
        const [found] = await sql`
          select 1 from pg_stat_activity
          where application_name = 'easellm-privacy' and query ilike ${`%${waiting}%`}
            and ${pid}::int = any (pg_blocking_pids(pid))`;
        if (found) return true;
        if (!(await isOpen())) return false;
        await wait(POLL_MS);
      }
      return false;
    },
    async letGo() {
      release();
      await transaction;
    },
    close: () => sql.end({ timeout: 1 }),
  };
}

function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => {
    Object.assign(made, { resolve, reject });
  });
  return made;
}

/** SIGKILL to the portal, and what is left when it is gone; its database goes on without it. */
export async function kill(portal) {
  const gone = once(portal.child, 'exit');
  portal.child.kill('SIGKILL');
  await gone;
  return Date.now();
}

/**
 * Kills as many times as there are places, the first time at a lock that is held already: those with
 * `free` at a moment left to chance after the place was let go, the others while the work waits there.
 * Starts again after each; `world.portal` is always the one that runs, or that ran last.
 *
 * @returns when the last kill was, how many found the work unfinished, how many came while it was held
 */
export async function killAtEach(world, places, { first, freeMs, isOpen }) {
  let killedAt = 0;
  let [held, found] = [0, 0];
  for (const [number, { at, free }] of places.entries()) {
    const lock = number === 0 ? first : await startHeld(world, { at, since: killedAt });
    const caught = await lock.caught(isOpen);
    if (free) {
      await lock.letGo();
      await wait(Math.random() * freeMs);
    } else await wait(Math.random() * LINGER_MS);
    killedAt = await kill(world.portal);
    // Asked afterwards: what it had ended by then, it had ended.
    if (await isOpen()) found += 1;
    if (caught && !free) held += 1;
    await lock.letGo();
    await lock.close();
    const how = free ? 'running after' : caught ? 'held at' : 'not caught at';
    process.stdout.write(`     kill ${number + 1}: ${how} ${lock.name}\n`);
  }
  world.portal = await startAgain(world.portal);
  return { killedAt, held, found };
}

/**
 * Starts the portal again and takes the lock of a place. It stands still from when its database answers
 * until the lock is held: what it works on cannot be past that place before.
 */
async function startHeld(world, { at, since }) {
  const { dataDir, port } = world.portal;
  let child;
  const starting = startPortal({
    dataDir,
    port,
    onSpawn(spawned) {
      child = spawned;
    },
  });
  const locking = openDatabase(dataDir, since).then(async (sql) => {
    child.kill('SIGSTOP');
    const late = setTimeout(() => child.kill('SIGCONT'), STILL_MS);
    try {
      return await lockPlace(sql, at);
    } finally {
      clearTimeout(late);
      child.kill('SIGCONT');
    }
  });
  const [started, locked] = await Promise.allSettled([starting, locking]);
  if (started.status === 'rejected') throw started.reason;
  world.portal = started.value;
  if (locked.status === 'rejected') throw locked.reason;
  return locked.value;
}

/** Ends the portal with its database; one that was killed comes back for that. */
export async function stopAfterKills(world) {
  const { exitCode, signalCode } = world.portal.child;
  if (exitCode !== null || signalCode !== null) world.portal = await startAgain(world.portal);
  await world.portal.stop();
}

/** A portal on the same data and port. */
function startAgain({ dataDir, port }) {
  return startPortal({ dataDir, port });
}
