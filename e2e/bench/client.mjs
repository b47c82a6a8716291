// A person of the demo over plain HTTP: what the pages do, without a browser.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { generateSync } from 'otplib';

const STEP_MS = 30_000;
/** Last time step used, by secret: a code works once. */
const usedSteps = new Map();

/** Who a persona of the demo is: address, password, secret of the authenticator. */
export function personaOf(dataDir, key) {
  return JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')).personas[key];
}

/** Signs in with password and code; what comes back calls procedures with that session. */
export async function signIn(portal, key) {
  const person = personaOf(portal.dataDir, key);
  const cookies = new Map();
  const session = { person, call, proveAgain, sha256Of };
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

  /** Every procedure is called by POST. Throws with the code of a refusal. */
  async function call(path, input = {}) {
    const answer = await fetch(`${portal.url}/trpc/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: portal.url,
        cookie: cookie(),
      },
      body: JSON.stringify(input),
    });
    for (const header of answer.headers.getSetCookie()) {
      const [pair = ''] = header.split(';');
      const at = pair.indexOf('=');
      if (/max-age=0/i.test(header)) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const body = await answer.json();
    if (answer.ok) return body.result.data;
    throw new Error(`${path}: ${answer.status} ${body.error?.data?.refusal?.code ?? ''}`);
  }

  /** Proves the second factor for one act. */
  async function proveAgain(act) {
    await call('auth.stepUp', { code: await freshCode(person.totpSecret), act });
  }

  /** SHA-256 of what a download answers with. */
  async function sha256Of(path) {
    const answer = await fetch(`${portal.url}${path}`, {
      headers: { cookie: cookie() },
      redirect: 'error',
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    const hash = createHash('sha256');
    for await (const chunk of answer.body) hash.update(chunk);
    return hash.digest('hex');
  }

  await call('auth.signIn', { email: person.email, password: person.password });
  await call('auth.verifyCode', { code: await freshCode(person.totpSecret) });
  return session;
}

/** A code that was not used yet; where the running one was, waits for the next. */
async function freshCode(secret) {
  const last = usedSteps.get(secret) ?? 0;
  while (Math.floor(Date.now() / STEP_MS) <= last) await wait(STEP_MS - (Date.now() % STEP_MS));
  const step = Math.floor(Date.now() / STEP_MS);
  usedSteps.set(secret, step);
  return generateSync({ secret, epoch: (step * STEP_MS) / 1_000 });
}

/** Tells whether a figure is as it should be; the process ends with 1 if one was not. */
export function check(what, fits, seen) {
  process.stdout.write(`${fits ? 'ok  ' : 'MISS'} ${what}: ${seen}\n`);
  if (!fits) process.exitCode = 1;
}
