import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect } from 'vitest';
import type { Connection } from '../../db/connect.ts';
import { createApp } from '../app.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { mailedToken } from '../testing/letters.ts';
import { signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refused } from '../testing/refused.ts';
import { at, confirm, HOUR, later, type SignedIn, signedIn, stranger } from './testing.ts';

const DAY = 24 * HOUR;

/** The same person, signed in anew at a moment. */
async function again(deps: Deps, person: SignedIn, seconds: number, email = person.email) {
  return {
    ...person,
    jar: await signedInAs(deps, { ...person, email }, { now: later(seconds) }),
  };
}

/** What would give data out or end the account, and what each is answered. */
async function carriedAway(deps: Deps, person: SignedIn, seconds: number) {
  const { requests } = at(deps, person, seconds);
  const plan = {
    planHash: 'a'.repeat(64),
    email: person.email,
    graceDays: 7,
    acknowledged: true as const,
  };
  return Promise.all([
    refused(requests.askCopy({ sections: ['account'] })),
    refused(requests.prepareDownload({ reference: 'R-0ABCDEFG' })),
    refused(requests.confirmErasure(plan)),
  ]);
}

/** The status of a file that is asked for over HTTP, and where its asker is sent. */
async function fileOf(deps: Deps, { jar }: SignedIn): Promise<string> {
  const server = createServer(createApp(deps, (_req, res) => void res.end()));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/download/csv/account`, {
      redirect: 'manual',
      headers: { cookie: `sid=${jar.tokens.user}`, 'sec-fetch-site': 'same-origin' },
    });
    return [answer.status, answer.headers.get('location')].filter(Boolean).join(' ');
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

const depsAt = (connection: Connection, seconds: number, deps: Deps): Deps => ({
  ...deps,
  connection,
  clock: () => later(seconds),
});

describe('for a day after the address was changed', () => {
  test('no copy, no file and no deletion is given to the session that changed it, nor to a new one; then all are', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'new@example.test' });
    expect(await at(deps, ada, 2).account.coolDown({})).toEqual({ addressSettlesAt: null });
    expect(await confirm(deps, ada, 60)).toBeNull();
    for (const answer of await carriedAway(deps, ada, 90))
      expect(answer).toEqual({ code: 'ADDRESS_COOL_DOWN', retryAfterSeconds: DAY - 30 });
    expect(await fileOf(depsAt(connection, 90, deps), ada)).toBe('303 /data');
    expect(await at(deps, ada, 90).account.coolDown({})).toEqual({
      addressSettlesAt: later(60 + DAY),
    });
    const back = await again(deps, ada, DAY, 'new@example.test');
    for (const answer of await carriedAway(deps, back, DAY + 59))
      expect(answer).toEqual({ code: 'ADDRESS_COOL_DOWN', retryAfterSeconds: 1 });
    const [copy, download, deletion] = await carriedAway(deps, back, DAY + 60);
    expect([copy, download?.code, deletion?.code]).toEqual([null, 'NOT_FOUND', 'STEP_UP_REQUIRED']);
    expect(await fileOf(depsAt(connection, DAY + 60, deps), back)).toBe('200');
  });

  test('everything else works, and what was taken back closes nothing', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await signedIn(deps);
    await at(deps, ada, 1).account.askEmailChange({ email: 'new@example.test' });
    await confirm(deps, ada, 60);
    const name = { field: 'displayName', value: 'Ada King' } as const;
    expect(await refused(at(deps, ada, 90).account.correct(name))).toBeNull();
    const token = await mailedToken(deps, ada.subjectId, 'email_changed');
    await stranger(deps, 120).account.undoEmailChange({ token });
    const back = await again(deps, ada, 150);
    expect((await carriedAway(deps, back, 160))[0]).toBeNull();
  });
});
