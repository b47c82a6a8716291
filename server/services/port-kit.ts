import {
  hasFewValues,
  MAX_ANSWER_BYTES,
  type PersonAtHolder,
  taskResults,
} from './contract/tasks.ts';
import { assertGiven, PortRefusal, type SubjectPort } from './port.ts';

type Kit = {
  port: SubjectPort;
  /** Puts a made-up person with this text in every kind of record into the holder's storage. */
  seed(person: PersonAtHolder, canary: string): Promise<void>;
};

/**
 * Tries a port with people who were made up for it, and says what it does not keep of the contract; an
 * empty list is a port that may be connected. Run it against a storage made for the purpose.
 */
export async function portProblems({ port, seed }: Kit): Promise<string[]> {
  const problems: string[] = [];
  const must = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  const attempt = async (problem: string, act: () => Promise<void>) => {
    try {
      await act();
    } catch (cause) {
      problems.push(`${problem}: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  };
  const [ada, bo, nobody] = [madeUp(), madeUp(), madeUp()];
  const [hers, his] = [`canary-${crypto.randomUUID()}`, `canary-${crypto.randomUUID()}`];
  await seed(ada, hers);
  await seed(bo, his);
  const description = await port.describe();
  const given = async (kind: 'read' | 'export', person: PersonAtHolder) => {
    const result = await port[kind](person);
    assertGiven(kind, result, description);
    return JSON.stringify(result);
  };

  for (const kind of ['read', 'export'] as const) {
    await attempt(kind, async () => {
      const text = await given(kind, ada);
      must(text.includes(hers), `${kind} does not give what it holds`);
      must(!text.includes(his), `${kind} gives what belongs to somebody else`);
      must(
        new TextEncoder().encode(text).length <= MAX_ANSWER_BYTES && hasFewValues(JSON.parse(text)),
        `${kind} gives more than an answer may hold`,
      );
    });
    await attempt(`${kind} of somebody it does not know`, async () => {
      const { data } = await port[kind](nobody);
      must(
        Object.values(data).every((rows) => rows.length === 0),
        `${kind} gives something of somebody it does not know`,
      );
    });
  }
  for (const field of ['email', 'displayName', 'country'] as const) {
    const holds = description.correctable.includes(field);
    const value = field === 'country' ? 'IS' : `${field}-${crypto.randomUUID()}@example.test`;
    await attempt(`correct ${field}`, async () => {
      try {
        const result = await port.correct(ada, { field, value });
        must(holds, `correct takes ${field}, which is not described as correctable`);
        must(taskResults.correct.safeParse(result).success, 'correct answers in another form');
        must((await given('export', ada)).includes(value), `correct did not change ${field}`);
        must(!(await given('export', bo)).includes(value), `correct changed ${field} of others`);
      } catch (cause) {
        if (!(cause instanceof PortRefusal) || holds) throw cause;
      }
    });
  }
  for (const restricted of [true, true, false]) {
    await attempt('restrict', async () => {
      const result = await port.restrict(ada, { restricted });
      must(taskResults.restrict.safeParse(result).success, 'restrict answers in another form');
    });
  }
  await attempt('verifyErased before an erasure', async () => {
    const { remaining } = await port.verifyErased(ada);
    must(remaining > 0, 'verifyErased says that nothing is there while everything is');
  });
  for (const time of ['erase', 'erase a second time']) {
    await attempt(time, async () => {
      const result = await port.erase(ada);
      must(taskResults.erase.safeParse(result).success, `${time} answers in another form`);
      const { remaining } = await port.verifyErased(ada);
      must(remaining === 0, `verifyErased finds something after ${time}`);
      must(!(await given('export', ada)).includes(hers), `${time} leaves what export gives`);
    });
  }
  await attempt('the others after an erasure', async () => {
    must((await given('export', bo)).includes(his), 'erase took what belongs to somebody else');
    must((await port.verifyErased(bo)).remaining > 0, 'erase took what belongs to somebody else');
  });
  return problems;
}

function madeUp(): PersonAtHolder {
  return { account: crypto.randomUUID(), references: [`ref-${crypto.randomUUID()}`] };
}
