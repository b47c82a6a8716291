import type { Tx } from '../../db/connect.ts';
import { authJobs } from '../auth/jobs.ts';
import { mailJobs } from '../mail/send.ts';
import { dueJobs } from '../oversight/due.ts';
import { holdJobs } from '../oversight/holds/tell.ts';
import { behalfJobs } from '../requests/behalf/confirmation-job.ts';
import { copyJobs } from '../requests/copy/jobs.ts';
import { erasureJobs } from '../requests/erasure/jobs.ts';
import { retentionJobs } from '../retention/jobs.ts';
import { holderJobs } from '../services/tasks/watch.ts';
import { signUpJobs } from '../sign-up/jobs.ts';
import { supportJobs } from '../support/jobs.ts';
import { enqueue, type JobDefinition } from './define.ts';

/** Every kind of durable work. */
export const allJobs = [
  ...authJobs,
  ...behalfJobs,
  ...mailJobs,
  ...copyJobs,
  ...erasureJobs,
  ...holderJobs,
  ...holdJobs,
  ...dueJobs,
  ...retentionJobs,
  ...signUpJobs,
  ...supportJobs,
] as unknown as readonly JobDefinition[];

/** What is done each day. */
const dailyJobs = [...retentionJobs, ...dueJobs];

/** Puts recurring work into a queue that lacks it, due at once; what is there already stays. */
export async function scheduleAll(tx: Tx, now: Date): Promise<void> {
  for (const definition of dailyJobs)
    await enqueue(tx, definition, { payload: {}, now, dedupeKey: definition.kind });
}
