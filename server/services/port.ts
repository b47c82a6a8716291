import {
  type CorrectableField,
  type PersonAtHolder,
  type RefusalReason,
  type TaskResult,
  taskResults,
} from './contract/tasks.ts';

/** What a holder holds of people, the same for everybody. */
export type PortDescription = {
  /** The lists that `read` and `export` may give, each with one sentence: what a row is. */
  lists: Readonly<Record<string, string>>;
  correctable: readonly CorrectableField[];
};

/**
 * What every system that holds data of EaseLLM's customers answers for. Each act may be repeated, also
 * after it was interrupted: a task is handed out again when its answer is lost. A person whom the holder
 * does not know is no error: there is nothing to give, to change or to erase.
 */
export type SubjectPort = {
  describe(): Promise<PortDescription>;
  /** What it holds of one person now, to be looked at. */
  read(person: PersonAtHolder): Promise<TaskResult<'read'>>;
  /** The same, complete, for a copy that the person takes away. */
  export(person: PersonAtHolder): Promise<TaskResult<'export'>>;
  /** @throws {PortRefusal} `unknown_field` for what it does not hold */
  correct(
    person: PersonAtHolder,
    change: { field: CorrectableField; value: string | null },
  ): Promise<TaskResult<'correct'>>;
  /** Data under restriction is stored, given to its person and erased, and nothing else. */
  restrict(person: PersonAtHolder, wish: { restricted: boolean }): Promise<TaskResult<'restrict'>>;
  erase(person: PersonAtHolder): Promise<TaskResult<'erase'>>;
  /** Counts, by looking, what is still there of the person and not among what `erase` said is kept. */
  verifyErased(person: PersonAtHolder): Promise<TaskResult<'verify_erased'>>;
};

/** Thrown by a port that will not do what it is asked. Anything else it throws is a failure, tried again. */
export class PortRefusal extends Error {
  override name = 'PortRefusal';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * Checks what a port gave against the contract and against its own description: no list leaves that the
 * holder has not said it holds.
 *
 * @throws {TypeError} naming the list, or the place of the first thing that does not fit
 */
export function assertGiven(
  kind: 'read' | 'export',
  given: unknown,
  { lists }: PortDescription,
): void {
  const parsed = taskResults[kind].safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new TypeError(`not what ${kind} gives: ${issue?.path.join('.')} ${issue?.message}`);
  }
  const unknown = Object.keys(parsed.data.data).find((list) => !Object.hasOwn(lists, list));
  if (unknown !== undefined) throw new TypeError(`a list that is not described: ${unknown}`);
}
