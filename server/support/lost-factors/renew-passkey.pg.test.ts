import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { totpFactor } from '../../../db/schema/auth.ts';
import { passkey } from '../../../db/schema/passkey.ts';
import { addPasskey, enterWith, later, provedNow } from '../../auth/testing.ts';
import { softPasskey } from '../../testing/authenticator.ts';
import { testDeps } from '../../testing/deps.ts';
import { callerFor, insertCustomer } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { codeOf } from '../../testing/refused.ts';
import { approvedCase, HOUR, renewing } from './testing.ts';

test('a passkey can be the new factor: every old one goes with it, apps, passkeys and recovery codes', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const ada = await insertCustomer(deps);
  const lost = await addPasskey(deps, await provedNow(deps, ada));
  const { token } = await approvedCase(deps, ada);
  const now = later(74 * HOUR);
  const jar = await renewing(deps, ada, token, 74 * HOUR);
  const { lostFactors } = callerFor(deps, jar, { now });
  const device = softPasskey();
  const asked = await lostFactors.beginPasskey({});
  // Whoever finds the device that was lost adds nothing with it.
  expect(asked.excludeCredentials?.map(({ id }) => id)).toEqual([lost.id]);
  const made = device.create(asked);
  const { recoveryCodes } = await lostFactors.confirmPasskey({ passkey: made });
  expect(new Set(recoveryCodes).size).toBe(10);
  expect(await connection.db.$count(totpFactor, eq(totpFactor.subjectId, ada.subjectId))).toBe(0);
  expect(await connection.db.$count(passkey)).toBe(1);
  const me = await callerFor(deps, jar, { now }).auth.me({});
  expect(me.restrictedUntil).toEqual(later(74 * HOUR + 7 * 24 * HOUR));
  expect(await codeOf(enterWith(deps, lost, now))).toBe('PASSKEY_REFUSED');
  expect(await codeOf(enterWith(deps, device, now))).toBeNull();
});
