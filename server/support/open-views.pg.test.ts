import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { testDeps } from '../testing/deps.ts';
import { callerFor, insertCustomer, signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { supportAndCustomer, viewOf } from './testing.ts';

const start = new Date();
const later = (minutes: number) => new Date(start.getTime() + minutes * 60_000);

describe('the bar on the pages of a customer', () => {
  test('names who views the account from the first second to the last, and asks for no record', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asCustomer, asAgent } = await supportAndCustomer(deps, start);
    const open = (minutes: number) => asCustomer(later(minutes)).supportViews.open({});
    const recorded = () =>
      connection.db.$count(auditEvent, eq(auditEvent.subjectId, ada.subjectId));
    expect(await open(0)).toEqual([]);
    const { grantId } = await asAgent(start).support.startView(viewOf(ada, ticket));
    const before = await recorded();
    const bar = { id: grantId, who: 'Support agent S-31', notAfter: later(15), extension: 'none' };
    expect(await open(0)).toEqual([bar]);
    expect(await open(14.9)).toEqual([bar]);
    expect(await open(15)).toEqual([]);
    expect(await recorded()).toBe(before);
    await asAgent(later(1)).support.askExtension({});
    expect(await open(2)).toMatchObject([{ extension: 'asked' }]);
    await asAgent(later(3)).support.stopView({});
    expect(await open(3)).toEqual([]);
  });

  test('shows nobody’s views but their own', async ({ connection }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent } = await supportAndCustomer(deps, start);
    await asAgent(start).support.startView(viewOf(ada, ticket));
    const bob = await signedInAs(deps, await insertCustomer(deps), { now: start });
    expect(await callerFor(deps, bob, { now: start }).supportViews.open({})).toEqual([]);
  });
});
