import { closeViewJob } from './close-view.ts';
import { lostFactorsJobs } from './lost-factors/remind.ts';

export const supportJobs = [closeViewJob, ...lostFactorsJobs];
