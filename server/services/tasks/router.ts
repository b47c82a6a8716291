import * as tasks from '../contract/tasks.ts';
import { serviceProcedure, serviceRouter } from '../trpc.ts';
import { claimOrWait, takeAnswer } from './work.ts';

/** What holders call: their tasks, and the answers to them. */
export const tasksRouter = serviceRouter({
  claim: serviceProcedure(tasks.claim).mutation(async ({ ctx, input, signal }) => ({
    tasks: await claimOrWait(ctx, { ...input, signal }),
  })),
  answer: serviceProcedure(tasks.answer).mutation(({ ctx, input }) => takeAnswer(ctx, input)),
});
