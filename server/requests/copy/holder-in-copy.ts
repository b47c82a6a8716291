import type { TaskResult } from '../../services/contract/tasks.ts';
import type { HolderView } from '../../services/tasks/read.ts';

/** What a holder gave: named lists of flat rows, as of a moment. */
export type HolderRecords = TaskResult<'export'>;

/** A holder in a copy: where it stands, and which of its answers is in it. */
export type HolderInCopy = HolderView & {
  /** The task whose answer the copy contains; null where it contains none. */
  taskId: string | null;
  /** Whether that is an answer to an earlier question, because this one was not answered. */
  earlier: boolean;
};
