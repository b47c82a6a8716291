import * as events from '../contract/events.ts';
import { serviceProcedure, serviceRouter } from '../trpc.ts';
import { eventsSince } from './since.ts';

export const eventsRouter = serviceRouter({
  since: serviceProcedure(events.since).query(({ ctx, input }) => eventsSince(ctx, input)),
});
