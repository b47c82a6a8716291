import { report as billing } from '../contract/billing.ts';
import { report as decisions } from '../contract/decisions.ts';
import { report as devices } from '../contract/devices.ts';
import { report as usage } from '../contract/usage.ts';
import { serviceProcedure, serviceRouter } from '../trpc.ts';
import { billingReport } from './billing.ts';
import { decisionsReport } from './decisions.ts';
import { devicesReport } from './devices.ts';
import { takeReport } from './take.ts';
import { usageReport } from './usage.ts';

/** What other systems know of people and hand over: each procedure takes a batch of rows. */
export const reportRouters = {
  usage: serviceRouter({
    report: serviceProcedure(usage).mutation(({ ctx, input }) =>
      takeReport(ctx, usageReport, input.rows),
    ),
  }),
  billing: serviceRouter({
    report: serviceProcedure(billing).mutation(({ ctx, input }) =>
      takeReport(ctx, billingReport, input.rows),
    ),
  }),
  devices: serviceRouter({
    report: serviceProcedure(devices).mutation(({ ctx, input }) =>
      takeReport(ctx, devicesReport, input.rows),
    ),
  }),
  decisions: serviceRouter({
    report: serviceProcedure(decisions).mutation(({ ctx, input }) =>
      takeReport(ctx, decisionsReport, input.rows),
    ),
  }),
};
