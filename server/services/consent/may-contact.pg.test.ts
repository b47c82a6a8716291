import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { type AccountStatus, account } from '../../../db/schema/account.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { consentEvent } from '../../../db/schema/consent.ts';
import { contactDecision } from '../../../db/schema/contact.ts';
import { disclosure } from '../../../db/schema/service.ts';
import { readLog } from '../../audit/read.ts';
import type { Deps } from '../../deps.ts';
import { testDeps } from '../../testing/deps.ts';
import { callerFor, insertCustomer, signedInAs } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { clientOf, insertService, listen } from '../testing.ts';

async function mailer(deps: Deps, max = 1_000) {
  const scope = {
    purposes: ['marketing', 'service_notices'] as ['marketing', 'service_notices'],
    max,
  };
  const service = await insertService(deps, 'mailer', {
    'consent.mayContact': scope,
    'consent.mayContactMany': scope,
  });
  return clientOf(await listen(deps), service, {
    scopes: ['consent.mayContact', 'consent.mayContactMany'],
    purpose: 'marketing',
  }).consent;
}

const news = (subjectId: string) =>
  ({ subjectId, topic: 'product_news', channel: 'email' }) as const;

describe('whether a person may be written to', () => {
  test('is no until they say yes, yes then, and no again at once when they take it back', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const person = await insertCustomer(deps);
    const jar = await signedInAs(deps, person);
    const consent = await mailer(deps);
    const choose = (granted: boolean) =>
      callerFor(deps, jar).consent.set({ topic: 'product_news', channel: 'email', granted });

    expect(await consent.mayContact(news(person.subjectId))).toMatchObject({
      allowed: false,
      reason: 'never_asked',
      lawfulBasis: null,
      receiptId: null,
    });
    const { receiptId } = await choose(true);
    expect(await consent.mayContact(news(person.subjectId))).toMatchObject({
      allowed: true,
      reason: 'consented',
      lawfulBasis: 'a',
      receiptId,
    });
    // A mailer that never stops asking: not one yes after the click has been answered.
    const clicked = performance.now();
    const no = await choose(false);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => consent.mayContact(news(person.subjectId))),
    );
    const blockedAfter = performance.now() - clicked;
    expect(answers.filter(({ allowed }) => allowed)).toEqual([]);
    expect(answers[0]).toMatchObject({ reason: 'withdrawn', receiptId: no.receiptId });
    expect(blockedAfter).toBeLessThan(5_000);
  });

  test('about another topic or on another channel is another question', async ({ connection }) => {
    const deps = testDeps(connection);
    const person = await insertCustomer(deps);
    const jar = await signedInAs(deps, person);
    const consent = await mailer(deps);
    await callerFor(deps, jar).consent.set({
      topic: 'product_news',
      channel: 'email',
      granted: true,
    });
    const { subjectId } = person;
    const { decisions } = await consent.mayContactMany({
      questions: [
        news(subjectId),
        { subjectId, topic: 'product_news', channel: 'in_app' },
        { subjectId, topic: 'events', channel: 'email' },
      ],
    });
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, false, false]);
  });

  test.for([
    ['active', true, 'service_message', 'never_asked'],
    ['pending_deletion', true, 'service_message', 'account_closing'],
    ['erasing', false, 'being_erased', 'being_erased'],
  ] as [AccountStatus, boolean, string, string][])(
    'while the account is %s: service mail with its lawful ground, news never without a yes',
    async ([status, serviceAllowed, serviceReason, newsReason], { connection }) => {
      const deps = testDeps(connection);
      const { subjectId } = await insertCustomer(deps);
      await connection.db.update(account).set({ status }).where(eq(account.subjectId, subjectId));
      const consent = await mailer(deps);
      const { decisions } = await consent.mayContactMany({
        questions: [
          { subjectId, topic: 'security', channel: 'email' },
          { subjectId, topic: 'legal', channel: 'email' },
          news(subjectId),
        ],
      });
      expect(decisions.map(({ allowed, reason }) => [allowed, reason])).toEqual([
        [serviceAllowed, serviceReason],
        [serviceAllowed, serviceReason],
        [false, newsReason],
      ]);
      expect(decisions.map(({ lawfulBasis }) => lawfulBasis)).toEqual(
        serviceAllowed ? ['b', 'c', null] : [null, null, null],
      );
      // What is written about a leaving account would hold its erasure up.
      expect(await connection.db.$count(contactDecision)).toBe(status === 'erasing' ? 0 : 3);
    },
  );

  test('is logged with its id for the person to read; only where a choice is told, as a disclosure', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const consent = await mailer(deps);
    const { decisions } = await consent.mayContactMany({
      questions: [news(subjectId), { subjectId, topic: 'billing', channel: 'email' }],
    });
    const logged = await connection.db.select().from(contactDecision);
    expect(logged.map(({ id }) => id).sort()).toEqual(
      decisions.map(({ decisionId }) => decisionId).sort(),
    );
    expect(logged[0]).toMatchObject({ subjectId, serviceId: 'mailer', purpose: 'marketing' });
    const left = await connection.db.select().from(disclosure);
    expect(
      left.map(({ recipient, tableName, columnNames }) => [recipient, tableName, columnNames]),
    ).toEqual([['mailer', 'consent_event', ['topic', 'channel', 'granted']]]);
    const { entries } = await connection.db.transaction((tx) =>
      readLog(tx, deps.vault, {
        subjectId,
        actor: 'service',
        cursor: undefined,
        now: new Date(Date.now() + 60_000),
      }),
    );
    expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
      ['service.asked_contact', 'The mailer'],
      ['service.asked_contact', 'The mailer'],
    ]);
    expect(entries.map(({ details }) => JSON.parse(details ?? '{}').decisionId).sort()).toEqual(
      decisions.map(({ decisionId }) => decisionId).sort(),
    );
  });

  test('is answered for 500 people in their order, unknown ones and staff as unknown', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const people = await Promise.all(Array.from({ length: 5 }, () => insertCustomer(deps)));
    const staff = people[4];
    await connection.db
      .update(account)
      .set({ role: 'support' })
      .where(eq(account.subjectId, staff?.subjectId ?? ''));
    const consent = await mailer(deps);
    const questions = Array.from({ length: 500 }, (_, index) =>
      news(people[index]?.subjectId ?? crypto.randomUUID()),
    );
    const { decisions } = await consent.mayContactMany({ questions });
    expect(decisions.map(({ subjectId }) => subjectId)).toEqual(
      questions.map(({ subjectId }) => subjectId),
    );
    expect(decisions.slice(0, 4).every(({ reason }) => reason === 'never_asked')).toBe(true);
    expect(
      decisions
        .slice(4)
        .every(({ reason, decisionId }) => reason === 'unknown_account' && !decisionId),
    ).toBe(true);
    await expect(
      consent.mayContactMany({ questions: [...questions, news(crypto.randomUUID())] }),
    ).rejects.toMatchObject({ code: 'INPUT_REFUSED' });
  });

  test('is not told about more people than the day allows, nor found out by guessing ids', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const consent = await mailer(deps, 3);
    for (let guess = 0; guess < 3; guess += 1) await consent.mayContact(news(crypto.randomUUID()));
    await expect(consent.mayContact(news(crypto.randomUUID()))).rejects.toMatchObject({
      code: 'SUBJECT_BUDGET_SPENT',
    });
  });

  test('changes no choice, whatever a service sends', async ({ connection }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const consent = await mailer(deps);
    const sly = { ...news(subjectId), granted: true };
    await expect(consent.mayContact(sly)).rejects.toMatchObject({ code: 'INPUT_REFUSED' });
    await consent.mayContact(news(subjectId));
    expect(await connection.db.$count(consentEvent)).toBe(0);
    const refused = eq(auditEvent.action, 'service.refused');
    expect(await connection.db.$count(auditEvent, refused)).toBe(1);
  });
});
