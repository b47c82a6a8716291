/** `ordinary` lasts five minutes; the others are asked for each time and used up by the act. */
export type StepUpAct = 'ordinary' | 'erasure_confirm' | 'email_commit';
