import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { PortalRefusal, PortalUnreachable } from './client/errors.ts';
import type { AnswerInput, HandedTask } from './contract/tasks.ts';
import { type HolderClient, runHolder } from './holder.ts';
import { PortRefusal, type SubjectPort } from './port.ts';

const account = randomUUID();
const handed = (kind: 'export' | 'erase' | 'verify_erased' | 'read', claim = 1): HandedTask => ({
  id: randomUUID(),
  kind,
  claim,
  person: { account, references: ['ref'] },
  leaseUntil: '2026-11-23T10:01:00.000Z',
  dueAt: '2026-11-23T11:00:00.000Z',
});
const given = { takenAt: '2026-11-23T10:00:00.000Z', data: { notes: [{ text: 'x' }] } };

function portThat(differs: Partial<SubjectPort> = {}): SubjectPort {
  return {
    describe: async () => ({ lists: { notes: 'Notes.' }, correctable: ['email'] }),
    read: async () => given,
    export: async () => given,
    correct: async () => ({ records: 1 }),
    restrict: async () => ({ records: 1 }),
    erase: async () => ({ records: 3, kept: null }),
    verifyErased: async () => ({ remaining: 0 }),
    ...differs,
  };
}

/** A portal of a few batches of tasks; asked for more, it tells the holder to stop. */
function portalWith(
  batches: (HandedTask[] | Error)[],
  onAnswer: (input: AnswerInput, times: number) => void = () => {},
) {
  const stopping = new AbortController();
  const answers: AnswerInput[] = [];
  let claims = 0;
  const client: HolderClient = {
    tasks: {
      async claim() {
        const batch = batches[claims++];
        if (batch === undefined) stopping.abort();
        if (batch instanceof Error) throw batch;
        return { tasks: batch ?? [] };
      },
      async answer(input) {
        answers.push(input);
        onAnswer(input, answers.length);
        return { state: 'accepted' };
      },
    },
  };
  return { client, answers, claims: () => claims, signal: stopping.signal };
}

const quick = { backOffMs: 1 };

describe('a holder', () => {
  test('calls its port for every kind of task, and answers with what it gave', async () => {
    const called: unknown[] = [];
    const noting =
      <A extends unknown[], R>(name: string, result: R) =>
      async (...with_: A) => {
        called.push([name, ...with_]);
        return result;
      };
    const common = handed('erase');
    const tasks: HandedTask[] = [
      handed('read'),
      handed('export'),
      { ...common, id: randomUUID(), kind: 'correct', field: 'email', value: 'a@example.test' },
      { ...common, id: randomUUID(), kind: 'restrict', restricted: true },
      common,
      handed('verify_erased'),
    ];
    const { client, answers, signal } = portalWith([tasks]);
    const port = portThat({
      read: noting('read', given),
      export: noting('export', given),
      correct: noting('correct', { records: 1 }),
      restrict: noting('restrict', { records: 1 }),
      erase: noting('erase', { records: 3, kept: null }),
      verifyErased: noting('verifyErased', { remaining: 0 }),
    });
    await runHolder(client, port, { signal });
    const { person } = common;
    expect(called).toEqual([
      ['read', person],
      ['export', person],
      ['correct', person, { field: 'email', value: 'a@example.test' }],
      ['restrict', person, { restricted: true }],
      ['erase', person],
      ['verifyErased', person],
    ]);
    expect(tasks.map(({ id }) => answers.find(({ task }) => task === id)?.answer)).toEqual([
      { outcome: 'done', result: given },
      { outcome: 'done', result: given },
      { outcome: 'done', result: { records: 1 } },
      { outcome: 'done', result: { records: 1 } },
      { outcome: 'done', result: { records: 3, kept: null } },
      { outcome: 'done', result: { remaining: 0 } },
    ]);
    expect(new Set(answers.map((one) => one.account))).toEqual(new Set([account]));
  });

  test.for<[string, Partial<SubjectPort>, AnswerInput['answer']]>([
    [
      'throws',
      { export: () => Promise.reject(new Error('ada@example.test is not there')) },
      { outcome: 'failed', code: 'port_failed' },
    ],
    [
      'throws before it promises',
      {
        export: () => {
          throw new Error('at once');
        },
      },
      { outcome: 'failed', code: 'port_failed' },
    ],
    [
      'never answers',
      { export: () => new Promise(() => {}) },
      { outcome: 'failed', code: 'port_timed_out' },
    ],
    [
      'gives what it did not say it holds',
      { export: async () => ({ ...given, data: { secrets: [] } }) },
      { outcome: 'failed', code: 'port_failed' },
    ],
    [
      'gives what is no list',
      { export: async () => ({ ...given, data: { notes: 'many' } }) as never },
      { outcome: 'failed', code: 'port_failed' },
    ],
    [
      'refuses',
      { export: () => Promise.reject(new PortRefusal('legal_duty')) },
      { outcome: 'refused', reason: 'legal_duty' },
    ],
  ])(
    'whose port %s says so in a code, without a value, and goes on',
    async ([, differs, answer]) => {
      const { client, answers, signal, claims } = portalWith([[handed('export')], []]);
      await runHolder(client, portThat(differs), { signal, portTimeoutMs: 20 });
      expect(answers.map((one) => one.answer)).toEqual([answer]);
      expect(claims()).toBe(3);
    },
  );

  test('sends one answer again until the portal has it, and calls its port once for it', async () => {
    let calls = 0;
    const { client, answers, signal } = portalWith([[handed('erase')]], (_input, times) => {
      if (times < 3) throw new PortalUnreachable('away');
    });
    const port = portThat({
      erase: async () => ({ records: ++calls, kept: null }),
    });
    await runHolder(client, port, { signal, ...quick });
    expect(calls).toBe(1);
    expect(answers).toHaveLength(3);
    expect(new Set(answers.map((one) => JSON.stringify(one)))).toHaveLength(1);
  });

  test('does not insist on an answer that the portal refuses', async () => {
    const problems: unknown[] = [];
    const { client, answers, signal } = portalWith([[handed('erase')]], () => {
      throw new PortalRefusal({ code: 'TASK_CLOSED', retryAfterSeconds: null, requestId: null });
    });
    await runHolder(client, portThat(), {
      signal,
      ...quick,
      onProblem: (problem) => problems.push(problem),
    });
    expect(answers).toHaveLength(1);
    expect(problems).toEqual([{ doing: 'answer', code: 'TASK_CLOSED' }]);
  });

  test('outlasts a portal that is away, and stops when it is told to', async () => {
    const away = new PortalUnreachable('away');
    const { client, answers, signal, claims } = portalWith([away, away, away, [handed('read')]]);
    await runHolder(client, portThat(), { signal, ...quick });
    expect(answers).toHaveLength(1);
    expect(claims()).toBe(5);
    const stopped = portalWith([[handed('read')]]);
    await runHolder(stopped.client, portThat(), { signal: AbortSignal.abort() });
    expect(stopped.claims()).toBe(0);
  });
});
