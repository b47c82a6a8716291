import type { Tx } from '../../db/connect.ts';
import { authJobs } from '../auth/jobs.ts';
import { mailJobs } from '../mail/send.ts';
import { holdJobs } from '../oversight/holds/tell.ts';
import { behalfJobs } from '../requests/behalf/confirmation-job.ts';
import { copyJobs } from '../requests/copy/jobs.ts';
import { erasureJobs } from '../requests/erasure/jobs.ts';
import { retentionJobs, scheduleRecurring } from '../retention/jobs.ts';
import { holderJobs } from '../services/tasks/watch.ts';
import { supportJobs } from '../support/jobs.ts';
import type { JobDefinition } from './define.ts';

/** Every kind of durable work. */
export const allJobs = [
  ...authJobs,
  ...behalfJobs,
  ...mailJobs,
  ...copyJobs,
  ...erasureJobs,
  ...holderJobs,
  ...holdJobs,
  ...retentionJobs,
  ...supportJobs,
] as unknown as readonly JobDefinition[];

/** Puts recurring work into an empty queue; what is there already stays. */
export async function scheduleAll(tx: Tx, now: Date): Promise<void> {
  await scheduleRecurring(tx, now);
}
