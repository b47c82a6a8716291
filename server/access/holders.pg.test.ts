import { describe, expect } from 'vitest';
import { ageTasks, answer, askAbout, claimAll, connectHolders } from '../services/tasks/testing.ts';
import { markMissing } from '../services/tasks/watch.ts';
import { testDeps } from '../testing/deps.ts';
import { callerFor, insertCustomer, signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';

describe('other systems, in your data', () => {
  test('stand there by name, with what each holds, what last went there, what last came, and what is missing', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    await connectHolders(deps);
    const ada = await insertCustomer(deps);
    const jar = await signedInAs(deps, ada);
    const cards = async () => {
      const all = await callerFor(deps, jar).access.holders({});
      return (id: string) => {
        const found = all.find((card) => card.id === id);
        if (!found) throw new Error(`no card of ${id}`);
        return found;
      };
    };
    const before = (await cards())('paylane');
    expect(before).toMatchObject({
      name: 'Paylane',
      country: 'IE',
      safeguard: 'Within the European Economic Area',
      connected: true,
      lastDisclosureAt: null,
      lastAnswerAt: null,
      missingSince: null,
    });
    expect(before.holds.find(({ title }) => title === 'Account')?.data).toEqual([
      'E-mail address',
      'Name',
      'Country',
    ]);
    expect((await cards())('northmail').connected).toBe(false);

    const { requestId } = await askAbout(deps, ada.subjectId);
    const [task] = await claimAll(deps, 'tallymetric');
    if (!task) throw new Error('not asked');
    const given = { takenAt: '2026-11-23T10:00:00.000Z', data: {} };
    await answer(deps, 'tallymetric', task, { outcome: 'done', result: given });
    await ageTasks(deps, requestId, 3_600_000);
    await connection.db.transaction((tx) =>
      markMissing(tx, deps.vault, { requestId, now: new Date() }),
    );
    const later = await cards();
    expect(later('tallymetric').lastAnswerAt).not.toBeNull();
    expect(later('tallymetric').lastDisclosureAt).not.toBeNull();
    expect(later('tallymetric').missingSince).toBeNull();
    expect(later('paylane').missingSince).not.toBeNull();
    expect(later('paylane').lastAnswerAt).toBeNull();
    // What came for somebody else was no answer.
    const [again] = await claimAll(deps, 'paylane');
    const { subjectId: account } = await insertCustomer(deps, { name: 'Bo Noyce' });
    if (!again) throw new Error('not asked again');
    await expect(
      answer(deps, 'paylane', again, { outcome: 'done', result: given }, { account }),
    ).rejects.toThrow('TASK_WRONG_SUBJECT');
    const unusable = (await cards())('paylane');
    expect([unusable.lastAnswerAt, unusable.unusable]).toEqual([null, true]);
  });

  test('say nothing to anybody else of what was asked about a person', async ({ connection }) => {
    const deps = testDeps(connection);
    await connectHolders(deps);
    const [ada, eve] = [await insertCustomer(deps), await insertCustomer(deps, { name: 'Eve' })];
    await askAbout(deps, ada.subjectId);
    await claimAll(deps, 'paylane');
    const cards = await callerFor(deps, await signedInAs(deps, eve)).access.holders({});
    expect(cards.length).toBe(5);
    for (const { lastDisclosureAt, lastAnswerAt, missingSince } of cards)
      expect([lastDisclosureAt, lastAnswerAt, missingSince]).toEqual([null, null, null]);
  });
});
