import { accountRouter } from './account/router.ts';
import { consentRouter } from './consent/router.ts';
import { eventsRouter } from './events/router.ts';
import { reportRouters } from './report/router.ts';
import { tasksRouter } from './tasks/router.ts';
import { serviceRouter } from './trpc.ts';

/** What services may call: a table of contents. Its paths, inputs and outputs are the contract's. */
export const internalRouter = serviceRouter({
  account: accountRouter,
  consent: consentRouter,
  tasks: tasksRouter,
  events: eventsRouter,
  ...reportRouters,
});
