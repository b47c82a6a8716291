import { isDeepStrictEqual } from 'node:util';
import type { holderTask } from '../../../db/schema/holder-task.ts';
import { canonicalJson, type Json, sha256 } from '../../crypto/canonical.ts';
import {
  type AnswerInput,
  hasFewValues,
  MAX_ANSWER_BYTES,
  type TaskResult,
  taskResults,
} from '../contract/tasks.ts';

type Task = Pick<typeof holderTask.$inferSelect, 'id' | 'subjectId' | 'kind'>;
type Given = AnswerInput['answer'];

/** What an answer says, with its hash; or why it says nothing. */
export type ReadAnswer =
  | (Exclude<Given, { outcome: 'done' }> & { hash: string })
  | { outcome: 'done'; values: TaskResult; hash: string }
  | { outcome: 'unusable'; code: 'ANSWER_REFUSED' | 'ANSWER_TOO_LARGE'; hash: null };

/**
 * Reads an answer by the kind of its task. Size comes first, then form: nothing is made of what is too
 * large or has another form, not even its hash.
 */
export function readAnswer(task: Task, answer: Given): ReadAnswer {
  if (answer.outcome !== 'done')
    return { ...answer, hash: hashOf(task, canonicalJson(answer as Json)) };
  const { outcome, result } = answer;
  if (!hasFewValues(result)) return unusable('ANSWER_TOO_LARGE');
  const parsed = taskResults[task.kind].safeParse(result);
  if (!parsed.success) return unusable('ANSWER_REFUSED');
  // A parser may leave out what it takes for dangerous; then it is not what was given.
  if (!isDeepStrictEqual(parsed.data, result)) return unusable('ANSWER_REFUSED');
  const text = canonicalJson({ outcome, result } as Json);
  if (Buffer.byteLength(text) > MAX_ANSWER_BYTES) return unusable('ANSWER_TOO_LARGE');
  return { outcome, values: parsed.data as TaskResult, hash: hashOf(task, text) };
}

const unusable = (code: 'ANSWER_REFUSED' | 'ANSWER_TOO_LARGE'): ReadAnswer => ({
  outcome: 'unusable',
  code,
  hash: null,
});

/** Of the canonical JSON of account, answer and task, whose text is large and written once. */
function hashOf({ id, subjectId }: Task, answer: string): string {
  const [account, task] = [JSON.stringify(subjectId), JSON.stringify(id)];
  return sha256(`{"account":${account},"answer":${answer},"task":${task}}`);
}
