import type { z } from 'zod';

/** What a procedure takes and answers. The router has to satisfy it; the typed client is made of it. */
export type ContractEntry = {
  input: z.ZodType;
  output: z.ZodType;
  /** Whether the same call may be sent again when no answer came. */
  repeatable: boolean;
};

/** Names a procedure's shape without widening it. */
export function procedureShape<I extends z.ZodType, O extends z.ZodType>(
  shape: ContractEntry & { input: I; output: O },
): { input: I; output: O; repeatable: boolean } {
  return shape;
}
