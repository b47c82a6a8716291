import { closeViewJob } from './close-view.ts';
import { lostFactorsJobs } from './lost-factors/remind.ts';
import { undecidedJob } from './lost-factors/undecided.ts';

export const supportJobs = [closeViewJob, ...lostFactorsJobs, undecidedJob];
