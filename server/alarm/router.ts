import { router } from '../trpc/init.ts';
import { stepUpProcedure } from '../trpc/ladder.ts';
import { alarmInput } from './input.ts';
import { raiseAlarm } from './raise.ts';

/** "This wasn't me": one act that puts everybody else out and tells support. */
export const alarmRouter = router({
  raise: stepUpProcedure({ purpose: 'authenticate', audit: 'act', whileDeleting: true })
    .input(alarmInput)
    .mutation(({ ctx, input }) => raiseAlarm(ctx, input)),
});
