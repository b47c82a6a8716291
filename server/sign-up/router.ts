import { router } from '../trpc/init.ts';
import { passwordProcedure, publicProcedure } from '../trpc/ladder.ts';
import { answerAge, askSignUp } from './ask.ts';
import { completeSignUp, lookAtSignUp } from './complete.ts';
import { askInput, birthDateInput, completeInput, linkInput } from './input.ts';

/** From the question about age to an account whose mailbox is proved; its second factor is `auth`'s. */
export const signUpRouter = router({
  answerAge: publicProcedure
    .input(birthDateInput)
    .mutation(({ ctx, input }) => answerAge(ctx, input)),
  ask: publicProcedure.input(askInput).mutation(({ ctx, input }) => askSignUp(ctx, input)),
  look: publicProcedure.input(linkInput).query(({ ctx, input }) => lookAtSignUp(ctx, input)),
  complete: passwordProcedure
    .input(completeInput)
    .mutation(({ ctx, input }) => completeSignUp(ctx, input)),
});
