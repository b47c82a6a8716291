import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { session } from '../../db/schema/auth.ts';
import { dataSubjectRequest } from '../../db/schema/request.ts';
import { testDeps } from '../testing/deps.ts';
import { callerFor, insertCustomer, signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { ask } from './copy/testing.ts';
import { MOST_VIEWS } from './watch-own.ts';

describe('the live view of a request', () => {
  test('ends with the session that opened it, and is of one’s own requests alone', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const eve = await insertCustomer(deps, { name: 'Eve' });
    const { id, reference } = await ask(deps, ada, ['account']);
    const jar = await signedInAs(deps, ada);
    const eves = await signedInAs(deps, eve);
    const foreign = await callerFor(deps, eves).requests.watch({ reference });
    const strangers = (async () => {
      for await (const _view of foreign) throw new Error('seen');
    })();
    expect(await refused(strangers)).toEqual(refusal('NOT_FOUND'));
    const view = (await callerFor(deps, jar).requests.watch({ reference }))[Symbol.asyncIterator]();
    expect((await view.next()).value).toMatchObject({ reference, endedAt: null });
    await connection.db.delete(session).where(eq(session.subjectId, ada.subjectId));
    const next = view.next();
    await connection.sql.notify('request', id);
    expect(await refused(next)).toEqual(refusal('SIGNED_OUT'));
  });

  test('is open twelve times at most for one person; one that closes makes room, and none is taken from others', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { id, reference } = await ask(deps, ada, ['account']);
    const jar = await signedInAs(deps, ada);
    const open = async () =>
      (await callerFor(deps, jar).requests.watch({ reference }))[Symbol.asyncIterator]();
    const views = await Promise.all(Array.from({ length: MOST_VIEWS }, open));
    for (const view of views) expect((await view.next()).done).toBe(false);
    expect((await refused((await open()).next()))?.code).toBe('BUSY');
    await views[0]?.return?.();
    const another = await open();
    expect((await another.next()).done).toBe(false);
    // All of them end with the request.
    await connection.db
      .update(dataSubjectRequest)
      .set({ state: 'cancelled', endedAt: deps.clock() })
      .where(eq(dataSubjectRequest.id, id));
    await connection.sql.notify('request', id);
    for (const view of [...views.slice(1), another]) {
      await view.next();
      expect((await view.next()).done).toBe(true);
    }
    expect((await (await open()).next()).done).toBe(false);
  });
});
