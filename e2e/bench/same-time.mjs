// Whether an address has an account must not show in the time of an answer: medians of both, over HTTP.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { startPortal } from '../portal.mjs';
import { check, personaOf } from './client.mjs';

const CALLS = 1_000;
const WARM_UP = 20;
/** Medians may differ by this much. */
const APART_MS = 3;

const portal = await startPortal();
const sql = postgres({
  host: '127.0.0.1',
  port: Number(textOf('pg-port')),
  username: 'postgres',
  password: textOf('pg-password'),
  database: 'portal',
  max: 1,
});
try {
  const known = personaOf(portal.dataDir, 'customer').email;
  const unknown = 'nobody-at-all@example.test';
  const password = 'not the password of anybody';
  const born = { day: 9, month: 12, year: 1986 };
  const { ticket } = (await post('signUp.answerAge', born)).data;
  const wish = { ticket, displayName: 'Grace Hopper', country: 'US' };
  await compare('asking for an account', 200, (email) => post('signUp.ask', { ...wish, email }), {
    known,
    unknown,
  });
  await compare('asking for a new password', 200, (email) => post('auth.forgot', { email }), {
    known,
    unknown,
  });
  await compare('a wrong password', 401, (email) => post('auth.signIn', { email, password }), {
    known,
    unknown,
  });
} catch (cause) {
  process.stderr.write(portal.output());
  throw cause;
} finally {
  await sql.end();
  await portal.stop();
}

/** Calls of both kinds in random order, none of them kept back by a budget. */
async function compare(what, status, call, { known, unknown }) {
  const calls = [];
  for (let count = 0; count < CALLS; count += 1)
    calls.push({ email: known, at: Math.random() }, { email: unknown, at: Math.random() });
  calls.sort((a, b) => a.at - b.at);
  const took = { [known]: [], [unknown]: [] };
  for (const { email } of [...calls.slice(0, WARM_UP), ...calls]) {
    await sql`delete from rate_limit`;
    const start = performance.now();
    const answer = await call(email);
    const ms = performance.now() - start;
    if (answer.status !== status) throw new Error(`${what}: ${answer.status}`);
    took[email].push(ms);
  }
  const [have, none] = [known, unknown].map((email) => quartiles(took[email].slice(-CALLS)));
  process.stdout.write(`     ${what}, with an account: ${words(have)}\n`);
  process.stdout.write(`     ${what}, without one: ${words(none)}\n`);
  const apart = Math.abs(have.median - none.median);
  check(`medians less than ${APART_MS} ms apart`, apart < APART_MS, `${apart.toFixed(2)} ms`);
}

async function post(path, input) {
  const answer = await fetch(`${portal.url}/trpc/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: portal.url },
    body: JSON.stringify(input),
  });
  const { result } = await answer.json();
  return { status: answer.status, data: result?.data };
}

function quartiles(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part) => sorted[Math.floor((sorted.length - 1) * part)];
  return { count: sorted.length, lower: at(0.25), median: at(0.5), upper: at(0.75) };
}

function words({ count, lower, median, upper }) {
  const ms = (value) => value.toFixed(2);
  return `median ${ms(median)} ms (half between ${ms(lower)} and ${ms(upper)}) of ${count}`;
}

function textOf(name) {
  return readFileSync(join(portal.dataDir, name), 'utf8').trim();
}
