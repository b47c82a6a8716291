import { consentRouter } from './consent/router.ts';
import { tasksRouter } from './tasks/router.ts';
import { serviceRouter } from './trpc.ts';

/** What services may call: a table of contents. Its paths, inputs and outputs are the contract's. */
export const internalRouter = serviceRouter({
  consent: consentRouter,
  tasks: tasksRouter,
});

export type InternalRouter = typeof internalRouter;
