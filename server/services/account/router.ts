import * as account from '../contract/account.ts';
import { serviceProcedure, serviceRouter } from '../trpc.ts';
import { lookUp } from './look-up.ts';
import { provision } from './provision.ts';

export const accountRouter = serviceRouter({
  provision: serviceProcedure(account.provision).mutation(({ ctx, input }) =>
    provision(ctx, input),
  ),
  lookup: serviceProcedure(account.lookup).query(({ ctx, input }) => lookUp(ctx, input)),
});
