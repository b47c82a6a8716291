import { consentRouter } from './consent/router.ts';
import { serviceRouter } from './trpc.ts';

/** What services may call: a table of contents. Its paths, inputs and outputs are the contract's. */
export const internalRouter = serviceRouter({
  consent: consentRouter,
});

export type InternalRouter = typeof internalRouter;
