import { describe, expect, test } from 'vitest';
import { intl } from '../lib/intl.tsx';
import { eventWords } from './event-text.ts';
import { awaitedWords, holderSentences, holderTag } from './holder-words.ts';
import type { RequestDetail } from './oversight-text.ts';
import { standsWords } from './stands-words.ts';
import { stepWords } from './step-text.ts';
import { type DetailHolder, type DetailStep, type Item, timelineOf } from './timeline.ts';
import { jobWords, letterWords } from './work-text.ts';

const at = (minute: number) => `2026-11-24T10:${String(minute).padStart(2, '0')}:00.000Z`;

function step(name: string, of: string | null = null, minute: number | null = null): DetailStep {
  const [kind = '', id = null] = name.split(':');
  const finishedAt = minute === null ? null : at(minute);
  const state = minute === null ? 'waiting' : 'done';
  const holderId = kind === 'holder' ? id : null;
  const counts = { rowsDone: minute === null ? 0 : 1, rowsTotal: null };
  return { name, kind, of, holderId, state, startedAt: finishedAt, finishedAt, ...counts };
}

function holder(id: string, differs: Partial<DetailHolder> = {}): DetailHolder {
  return {
    id,
    name: id === 'paylane' ? 'Paylane' : 'Tallymetric',
    country: 'IE',
    safeguard: '',
    standing: 'asked',
    askedAt: at(6),
    dueAt: at(59),
    answeredAt: null,
    attempts: 1,
    handedOutAt: at(6),
    outUntil: null,
    nextAt: at(8),
    setback: null,
    hash: null,
    records: null,
    kept: null,
    usedAt: null,
    needsPersonSince: null,
    open: true,
    reason: null,
    verified: null,
    ...differs,
  };
}

const letter = (template: string, minute: number) => ({
  template,
  createdAt: at(minute),
  sentAt: null,
});

function erasure(differs: Partial<RequestDetail> = {}): RequestDetail {
  return {
    reference: 'R-00000001',
    subjectId: 'somebody',
    customer: null,
    kind: 'erasure',
    state: 'running',
    receivedAt: at(0),
    dueAt: '2026-12-24T10:00:00.000Z',
    executesAt: at(2),
    endedAt: null,
    daysLeft: 30,
    urgent: false,
    stopped: null,
    decidedBy: null,
    clock: null,
    sections: [],
    askedFor: null,
    field: null,
    planHash: 'a'.repeat(64),
    steps: [
      step('lock', null, 2),
      step('holders', null, 3),
      step('delete:gpuSession', 'GPU sessions', 3),
      // Went round again, for what had come meanwhile.
      step('keep:invoice', 'Invoices', 7),
      step('farewell', null, 5),
      step('keep:account', 'Account', 6),
      step('holder:paylane', 'Paylane'),
      step('holder:tallymetric', 'Tallymetric', 7),
      step('verify'),
      step('receipt'),
    ],
    holders: [
      holder('paylane', { setback: { code: 'STILL_THERE', at: at(7), remaining: 3 } }),
      holder('tallymetric', {
        standing: 'done',
        open: false,
        answeredAt: at(6),
        verified: { at: at(7), hash: 'b' },
      }),
      holder('oregon', { standing: 'not_connected', open: false, askedAt: null }),
    ],
    holds: [],
    mails: [letter('erasure_scheduled', 0), letter('farewell', 5)],
    events: [],
    jobs: [],
    ...differs,
  };
}

const named = (item: Item) => {
  if (item.kind === 'step') return item.step.name;
  if (item.kind === 'holder') return item.holder.name;
  return item.kind === 'letter' ? item.letter.template : item.kind;
};
const lines = (request: RequestDetail) =>
  timelineOf(request).map((item) => [named(item), item.state]);

describe('the timeline of a request', () => {
  test('tells a deletion in its order, tables together, each system by what it did itself, and ends with the day it is due', () => {
    expect(lines(erasure())).toEqual([
      ['asked', 'done'],
      ['confirmed', 'done'],
      ['erasure_scheduled', 'done'],
      ['begins', 'done'],
      ['lock', 'done'],
      ['holders', 'done'],
      ['tables', 'done'],
      ['farewell', 'done'],
      ['farewell', 'done'],
      ['keep:account', 'done'],
      ['Paylane', 'failed'],
      ['Tallymetric', 'done'],
      ['notAsked', 'waiting'],
      ['verify', 'waiting'],
      ['receipt', 'waiting'],
      ['due', 'waiting'],
    ]);
  });

  test('puts work that failed where the request stands, and what waits for the customer before all work', () => {
    const job = {
      id: 'job',
      kind: 'erasure.run',
      state: 'dead' as const,
      failures: 8,
      interruptions: 0,
      lastError: 'ENOSPC',
      runAt: at(9),
      stuck: true,
    };
    const stuck = lines(erasure({ jobs: [job] }));
    expect(stuck[stuck.findIndex(([name]) => name === 'job') + 1]).toEqual(['Paylane', 'failed']);
    const askedFor = {
      who: 'Support agent S-17',
      ticket: 'T-1',
      at: at(0),
      until: at(59),
      answer: null,
      answeredAt: null,
    };
    const unconfirmed = erasure({
      state: 'unconfirmed',
      askedFor,
      steps: [],
      holders: [],
      mails: [letter('asked_for', 0)],
      executesAt: null,
    });
    expect(lines(unconfirmed)).toEqual([
      ['asked', 'done'],
      ['asked_for', 'done'],
      ['answer', 'now'],
      ['due', 'waiting'],
    ]);
  });

  test('of what is over shows no step that will not come', () => {
    const steps = [step('lock', null, 2), step('verify')];
    const over = erasure({ state: 'cancelled', endedAt: at(9), steps, holders: [], mails: [] });
    expect(lines(over).map(([name]) => name)).toEqual([
      'asked',
      'confirmed',
      'begins',
      'lock',
      'ended',
    ]);
  });

  test('lists the systems of a copy under the one step that waits for them', () => {
    const items = timelineOf(
      erasure({
        kind: 'portability',
        steps: [step('holders'), step('collect')],
        holders: [holder('paylane'), holder('tallymetric')],
      }),
    );
    const asking = items.find((item) => item.kind === 'step' && item.step.kind === 'holders');
    expect(asking?.kind === 'step' && asking.holders.map(({ name }) => name)).toEqual([
      'Paylane',
      'Tallymetric',
    ]);
    expect(items.some(({ kind }) => kind === 'holder')).toBe(false);
  });
});

describe('the words for a request', () => {
  test('say what came of an answer that settled nothing, by the name of its system, and what is tried next', () => {
    const request = erasure();
    const [paylane] = request.holders;
    if (!paylane) throw new Error('nobody');
    expect(holderTag(intl, paylane)).toEqual({ tone: 'bad', words: 'Not erased' });
    const contradicted = holderSentences(intl, paylane, request).join(' ');
    expect(contradicted).toMatch(/^Asked on .+ Answered that it had erased\. Its own check on/);
    expect(contradicted).toContain('contradicts that: 3 entries are still there.');
    expect(contradicted).toMatch(/Next: asked again/);
    expect(standsWords(intl, request)).toMatch(/^It waits for Paylane\. Due by 24 December 2026/);
    const refused = { code: 'ANSWER_REFUSED', at: at(7), remaining: null } as const;
    const nonsense = holder('paylane', { setback: refused });
    expect(holderTag(intl, nonsense).words).toBe('Answer refused');
    expect(holderSentences(intl, nonsense, request)[1]).toMatch(
      /^Answered on .+, refused: it did not have the form that we asked for\.$/,
    );
    const of = { name: 'Paylane', standing: 'asked', reason: null, needsPerson: false } as const;
    expect([
      awaitedWords(intl, { ...of, setback: null }),
      awaitedWords(intl, { ...of, setback: refused }),
      awaitedWords(intl, { ...of, setback: { code: 'STILL_THERE', at: at(7), remaining: 1 } }),
      awaitedWords(intl, { ...of, setback: { code: 'port_failed', at: at(7), remaining: null } }),
      awaitedWords(intl, { ...of, standing: 'refused', reason: 'legal_duty', setback: null }),
    ]).toEqual([
      'Paylane: no answer yet',
      'Paylane: answered, refused: it did not have the form that we asked for',
      'Paylane: said it had erased; its own check found 1 entry still there',
      'Paylane: answered that it could not: its system failed',
      'Paylane: answered that it does not: it says that a law forbids it',
    ]);
  });

  test('say of a line of the log about a system what it was asked and why its answer did not count', () => {
    const event = (action: string, outcome: 'done' | 'refused' | 'failed', code: string | null) =>
      eventWords(intl, {
        id: action,
        occurredAt: at(7),
        actorKind: 'service',
        actor: 'Paylane',
        action,
        outcome,
        holder: { id: 'paylane', name: 'Paylane', asked: 'verify_erased', code },
      });
    expect([
      event('holder.task_claimed', 'done', null),
      event('holder.task_answered', 'done', null),
      event('holder.task_answered', 'failed', 'STILL_THERE'),
      event('holder.answer_refused', 'refused', 'TASK_WRONG_SUBJECT'),
      event('holder.late', 'failed', null),
    ]).toEqual([
      'Was asked whether anything is left',
      'Answered that it is done',
      'Answered, contradicting itself: what it said it had erased is still there',
      'Answered, refused: it was about another account',
      'Paylane did not answer in time',
    ]);
  });

  test('are words for every name, also for one that this version does not know', () => {
    const words = [
      stepWords(intl, { kind: 'judged', of: null }, 'rectification'),
      stepWords(intl, { kind: 'delete', of: 'GPU sessions' }, 'erasure'),
      stepWords(intl, { kind: 'delete', of: null }, 'erasure'),
      stepWords(intl, { kind: 'holder', of: null }, 'erasure'),
      stepWords(intl, { kind: 'old_step', of: null }, 'erasure'),
      letterWords(intl, 'asked_for'),
      letterWords(intl, 'old_letter'),
      jobWords(intl, 'copy.build'),
      jobWords(intl, 'old.job'),
    ];
    for (const one of words) expect(one).not.toMatch(/[_:]\w|judged|\bold\b/);
  });
});
