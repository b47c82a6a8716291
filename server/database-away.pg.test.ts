import { expect } from 'vitest';
import { connect } from '../db/connect.ts';
import { appRouter } from './root.ts';
import { testDeps } from './testing/deps.ts';
import { fromOurPage, listening } from './testing/listening.ts';
import { atTheDesk, insertCustomer, insertStaff, signedInAs } from './testing/people.ts';
import { test } from './testing/pg.ts';
import { walkProcedures } from './trpc/boot-check.ts';

/** Nobody listens at port 1 of this machine. */
const NOBODY = 'postgres://nobody@127.0.0.1:1/nothing';

test('when the database is away no procedure answers anybody, at either door, with the cookies of before or without: what would ask it says so, and when to come again', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const { tokens: customer } = await signedInAs(deps, await insertCustomer(deps));
  const { tokens: desk } = await atTheDesk(deps, await insertStaff(deps, { role: 'officer' }));
  const sql = connect(NOBODY, { max: 20 });
  try {
    const ask = await listening({ ...deps, connection: sql });
    const call = (path: string, cookie: string, type: string) =>
      type === 'subscription'
        ? ask(`${path}?input=%7B%7D`, { headers: { cookie, accept: 'text/event-stream' } })
        : ask(path, {
            method: 'POST',
            headers: { ...fromOurPage(deps.env.PUBLIC_URL), cookie },
            body: '{}',
          });
    const cookie = `sid=${customer.user}; staff=${desk.staff}`;
    const calls = walkProcedures(appRouter).flatMap(({ path, meta, type }) => {
      const door = meta?.assurance === 'staff' ? '/console/trpc' : '/trpc';
      return [cookie, ''].map((said) => ({ path, type, at: `${door}/${path}`, said }));
    });
    const answers = await Promise.all(
      calls.map(async ({ path, type, at, said }) => ({
        path,
        type,
        ...(await call(at, said, type)),
      })),
    );
    const seen: Record<number, number> = {};
    for (const { path, type, status, headers, body } of answers) {
      if (type === 'subscription') {
        // A stream has begun by then: it says the same in its first line.
        expect([path, body]).toEqual([path, expect.stringMatching(/UNAVAILABLE|SIGNED_OUT/)]);
        continue;
      }
      seen[status] = (seen[status] ?? 0) + 1;
      // Refused for its input, for want of a cookie, or because nobody can be known: never answered.
      expect([path, [400, 401, 503].includes(status), body.includes('"result"')]).toEqual([
        path,
        true,
        false,
      ]);
      expect([path, status !== 503 || headers['retry-after']]).toEqual([
        path,
        status === 503 ? '5' : true,
      ]);
    }
    expect(seen[503]).toBeGreaterThan(100);
    // It is still there, and says that it is not ready.
    expect((await ask('/livez')).status).toBe(200);
    expect((await ask('/readyz')).status).toBe(503);
  } finally {
    await sql.close();
  }
});
