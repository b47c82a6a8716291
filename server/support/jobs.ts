import { closeViewJob } from './close-view.ts';
import { lapseJob, remindJob } from './lost-factors/remind.ts';

export const supportJobs = [closeViewJob, remindJob, lapseJob];
