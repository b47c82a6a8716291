import type {
  AnswerInput,
  AnswerOutput,
  FailureCode,
  HandedTask,
  TaskResult,
} from './contract/tasks.ts';
import { assertGiven, type PortDescription, PortRefusal, type SubjectPort } from './port.ts';

/** The two procedures a holder needs; the typed client has them for the scopes of a holder. */
export type HolderClient = {
  tasks: {
    claim(
      input: { limit: number; waitSeconds: number },
      options?: { signal?: AbortSignal },
    ): Promise<{ tasks: HandedTask[] }>;
    answer(input: AnswerInput): Promise<AnswerOutput>;
  };
};

export type HolderOptions = {
  /** Ends the loop: nothing more is claimed, what is under way is finished. */
  signal: AbortSignal;
  /** Tasks taken at once. */
  limit?: number;
  /** So long a claim waits at the portal for work, in seconds. */
  waitSeconds?: number;
  /** A port that takes longer has failed; within the lease of 30 s. */
  portTimeoutMs?: number;
  /** The first pause after an outage; each next one is up to twice as long, to half a minute. */
  backOffMs?: number;
  /** Told of everything that did not go as it should, in codes; never a value. */
  onProblem?: (problem: { doing: 'claim' | 'port' | 'answer'; code: string }) => void;
};

const BACK_OFF_MS = 500;
const BACK_OFF_MAX_MS = 30_000;
const ANSWER_TRIES = 5;

/**
 * Makes a system a holder: claims its tasks, calls its port, answers. An outage is waited out with
 * back-off; a port that throws answers with a failure, and the portal asks again later. It may be killed
 * at any moment: a task without an answer is handed out again. Several processes of one holder may run.
 */
export async function runHolder(
  client: HolderClient,
  port: SubjectPort,
  options: HolderOptions,
): Promise<void> {
  const { signal, limit = 5, waitSeconds = 10, onProblem = () => {} } = options;
  const description = await port.describe();
  let failures = 0;
  while (!signal.aborted) {
    try {
      const { tasks } = await client.tasks.claim({ limit, waitSeconds }, { signal });
      failures = 0;
      await Promise.all(tasks.map((task) => work(client, port, { task, description, options })));
    } catch (cause) {
      if (signal.aborted) return;
      onProblem({ doing: 'claim', code: codeOf(cause) });
      failures += 1;
      await pause(failures, options);
    }
  }
}

/** One task: what the port says, sent until the portal has it or does not want it. */
async function work(
  client: HolderClient,
  port: SubjectPort,
  {
    task,
    description,
    options,
  }: { task: HandedTask; description: PortDescription; options: HolderOptions },
): Promise<void> {
  const { onProblem = () => {} } = options;
  const answer = await answerOf(port, { task, description, options });
  for (let tries = 1; tries <= ANSWER_TRIES; tries += 1) {
    try {
      await client.tasks.answer({
        task: task.id,
        claim: task.claim,
        account: task.person.account,
        answer,
      });
      return;
    } catch (cause) {
      onProblem({ doing: 'answer', code: codeOf(cause) });
      if (isFinal(cause)) return;
      await pause(tries, options);
    }
  }
}

async function answerOf(
  port: SubjectPort,
  {
    task,
    description,
    options,
  }: { task: HandedTask; description: PortDescription; options: HolderOptions },
): Promise<AnswerInput['answer']> {
  const { portTimeoutMs = 25_000, onProblem = () => {} } = options;
  const late = new AbortController();
  try {
    const timeout = wait(portTimeoutMs, late.signal).then(() => null);
    const result = await Promise.race([call(port, task), timeout]);
    if (result === null) return failed('port_timed_out');
    if (task.kind === 'read' || task.kind === 'export') assertGiven(task.kind, result, description);
    return { outcome: 'done', result };
  } catch (cause) {
    if (cause instanceof PortRefusal) return { outcome: 'refused', reason: cause.reason };
    onProblem({ doing: 'port', code: codeOf(cause) });
    return failed('port_failed');
  } finally {
    late.abort();
  }
}

function call(port: SubjectPort, task: HandedTask): Promise<TaskResult> {
  const { person } = task;
  switch (task.kind) {
    case 'read':
      return port.read(person);
    case 'export':
      return port.export(person);
    case 'correct':
      return port.correct(person, { field: task.field, value: task.value });
    case 'restrict':
      return port.restrict(person, { restricted: task.restricted });
    case 'erase':
      return port.erase(person);
    case 'verify_erased':
      return port.verifyErased(person);
  }
}

const failed = (code: FailureCode): AnswerInput['answer'] => ({ outcome: 'failed', code });

/** Longer each time, never the same for two processes, ended by the signal. */
async function pause(
  failures: number,
  { signal, backOffMs = BACK_OFF_MS }: HolderOptions,
): Promise<void> {
  const most = Math.min(backOffMs * 2 ** failures, BACK_OFF_MAX_MS);
  await wait(most * (0.5 + Math.random() / 2), signal);
}

/** Ends after a time, or when it is told to. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}

/** A refusal by the portal has a code of its own; an outage is tried again. */
function isFinal(cause: unknown): boolean {
  return FINAL.has(codeOf(cause));
}
const FINAL: ReadonlySet<string> = new Set([
  'NOT_FOUND',
  'TASK_WRONG_SUBJECT',
  'TASK_ALREADY_ANSWERED',
  'TASK_CLOSED',
  'TASK_LEASE_OVER',
  'ANSWER_REFUSED',
  'ANSWER_TOO_LARGE',
  'INPUT_REFUSED',
]);

function codeOf(cause: unknown): string {
  if (cause && typeof cause === 'object' && 'code' in cause && typeof cause.code === 'string')
    return cause.code;
  return cause instanceof Error ? cause.name : 'UNKNOWN';
}
