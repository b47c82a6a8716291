// Acts whose answer is cut off: the process dies while it works on them, and the person looks and tries again.
import { setTimeout as wait } from 'node:timers/promises';
import { check, signIn } from '../bench/client.mjs';
import { inOrder } from './in-order.mjs';

const CHOICES = 10;
/** An act takes a few milliseconds: some kills come before it is written down, some before it is answered. */
const KILL_WITHIN_MS = 10;
const WORKER_KILLS = 6;
const TRIES = 100;
const POLL_MS = 150;
/** After the last kill. */
const COPY_MS = 60_000;
const WHERE = { topic: 'research', channel: 'email' };

/**
 * A customer changes one choice many times and takes everything away, while the processes that answer
 * are killed.
 *
 * @returns who it was: their last code is used
 */
export async function cutActs(cluster) {
  const since = new Date();
  const person = await signIn(cluster, 'customer-heavy');
  const killing = killOverActs(cluster);
  let reference;
  try {
    await choices(person, killing);
    await killing.rested();
    reference = await askOnce(person);
  } finally {
    await killing.stop();
  }
  check(
    'acts that a kill cut off',
    killing.cut() > 1,
    `${killing.cut()} of ${killing.kills()} kills`,
  );
  await killWorkers(cluster);
  await copyArrives(person, reference);
  await inOrder(cluster, { reference, since, ...WHERE, changes: CHOICES });
  return person.person;
}

/** Whoever is given an act may die over it, when both are there; the other one has the next. */
function killOverActs(cluster) {
  let busy = Promise.resolve();
  let free = true;
  let kills = 0;
  const before = cluster.balancer.cut.others;
  cluster.balancer.onAct = (port) => {
    if (!free) return;
    free = false;
    kills += 1;
    const member = cluster.members.find((one) => one.port === port);
    busy = wait(Math.random() * KILL_WITHIN_MS)
      .then(() => cluster.kill(member))
      .then(() => cluster.restart(member))
      .finally(() => {
        free = true;
      });
  };
  return {
    cut: () => cluster.balancer.cut.others - before,
    kills: () => kills,
    /** Both are there. */
    rested: () => busy,
    async stop() {
      cluster.balancer.onAct = () => {};
      await busy;
    },
  };
}

/** One worker after the other, while they make the copy; one is always there. */
async function killWorkers(cluster) {
  const workers = cluster.members.filter(({ role }) => role === 'worker');
  for (let kills = 0; kills < WORKER_KILLS; kills += 1) {
    await wait(500 + Math.random() * 1_000);
    const member = workers[kills % workers.length];
    await cluster.kill(member);
    await cluster.restart(member);
  }
}

/** On and off in turn. Where no answer came, the page is looked at before it is tried again, as people do. */
async function choices(person, killing) {
  const wanted = Array.from({ length: CHOICES }, (_choice, index) => index % 2 === 0);
  for (const granted of wanted) {
    await killing.rested();
    await untilSo(
      () => person.call('consent.set', { ...WHERE, granted }),
      async () => (await stateOf(person)) === granted,
    );
  }
  check(
    'the choice is the last one that was made',
    (await stateOf(person)) === wanted.at(-1),
    wanted.at(-1),
  );
}

async function stateOf(person) {
  const { choices: all } = await again(() => person.call('consent.communication'));
  return all.find(({ topic, channel }) => topic === WHERE.topic && channel === WHERE.channel)
    .granted;
}

/** Asks for a copy of everything until there is one that is being made. */
async function askOnce(person) {
  const { chapters } = await again(() => person.call('requests.copyChoices'));
  const sections = chapters.map(({ section }) => section);
  let mine;
  await untilSo(
    () => person.call('requests.askCopy', { sections }),
    async () => {
      const all = await again(() => person.call('requests.list'));
      mine = all.find(({ kind, endedAt }) => kind === 'portability' && endedAt === null);
      return mine !== undefined;
    },
  );
  return mine.reference;
}

async function copyArrives(person, reference) {
  const deadline = Date.now() + COPY_MS;
  let view;
  do {
    await wait(POLL_MS);
    view = await again(() => person.call('requests.get', { reference }));
  } while (view.endedAt === null && Date.now() < deadline);
  check('the copy is ready', view.state === 'completed', view.state);
  await person.proveAgain();
  const sha256 = await again(() => person.sha256Of(`/download/copy/${reference}`));
  check('what is downloaded has the hash on record', sha256 === view.archive.sha256, sha256);
}

/** Acts until it is so. A refusal ends it only when it is not so afterwards either. */
async function untilSo(act, isSo) {
  for (let tries = 0; tries < TRIES; tries += 1) {
    await act().catch(() => {});
    if (await isSo()) return;
  }
  throw new Error('it does not come to be so');
}

/** Reads until an answer comes. */
async function again(read) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await read();
    } catch (cause) {
      if (tries === TRIES) throw cause;
      await wait(POLL_MS);
    }
  }
}
