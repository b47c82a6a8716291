import { describe, expect } from 'vitest';
import { connectionEvent } from '../../db/schema/devices.ts';
import { recordAudit } from '../audit/record.ts';
import { newId } from '../crypto/token.ts';
import { testDeps } from '../testing/deps.ts';
import { callerFor, insertCustomer, signInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { later, start } from './testing.ts';

describe('the latest of how somebody signs in', () => {
  test('says of a sign-in from which browser and network it came, of nothing else and nobody else', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [await insertCustomer(deps), await insertCustomer(deps, { name: 'Eve' })];
    const jar = await signInAs(deps, ada, { now: start });
    await signInAs(deps, eve, { now: start });
    await connection.db
      .update(connectionEvent)
      .set({ ipPrefix: '198.51.100.0/24', userAgentFamily: 'Edge on Windows' });
    await signInAs(deps, ada, { now: later(30) });
    const shown = async () =>
      (await callerFor(deps, jar, { now: later(60) }).auth.securityActivity({})).map(
        ({ action, from }) => [action, from],
      );
    const last = (await shown())[0]?.[1];
    expect(last).not.toBeNull();
    expect(await shown()).toEqual([
      ['auth.signed_in', last],
      ['auth.signed_in', { device: 'Edge on Windows', network: '198.51.100.0/24' }],
    ]);
    await callerFor(deps, jar, { now: later(60) }).auth.endOtherSessions({});
    expect((await shown())[0]).toEqual(['auth.other_sessions_ended', null]);
    // What was kept of the network goes before the log does.
    await connection.db.delete(connectionEvent);
    expect((await shown()).map(([, from]) => from)).toEqual([null, null, null]);
  });

  test('is not pushed out of sight by what strangers do: of that stand five, however much it is', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signInAs(deps, ada, { now: start });
    await connection.db.transaction(async (tx) => {
      for (let count = 0; count < 40; count += 1)
        await recordAudit(tx, deps.vault, {
          action: count % 2 === 0 ? 'auth.reset_asked' : 'auth.sign_in_refused',
          actor: { kind: 'system', job: 'auth.reset_mail' },
          subjectId: ada.subjectId,
          purpose: 'authenticate',
          sections: ['security'],
          requestId: newId(start),
          now: later(1),
        });
    });
    const shown = await callerFor(deps, jar, { now: later(60) }).auth.securityActivity({});
    expect(shown).toHaveLength(6);
    expect(shown.at(-1)?.action).toBe('auth.signed_in');
  });
});
