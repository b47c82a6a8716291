import * as consent from '../contract/consent.ts';
import { serviceProcedure, serviceRouter } from '../trpc.ts';
import { mayContact } from './may-contact.ts';

export const consentRouter = serviceRouter({
  mayContact: serviceProcedure(consent.mayContact).query(async ({ ctx, input }) => {
    const [decision] = await mayContact(ctx, [input]);
    if (!decision) throw new Error('a question without an answer');
    return decision;
  }),
  mayContactMany: serviceProcedure(consent.mayContactMany).query(async ({ ctx, input }) => ({
    decisions: await mayContact(ctx, input.questions),
  })),
});
