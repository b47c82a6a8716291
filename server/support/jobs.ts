import { closeViewJob } from './close-view.ts';
import { lapseJob, remindJob } from './lost-factors/remind.ts';
import { forgetJob } from './lost-factors/undo.ts';

export const supportJobs = [closeViewJob, remindJob, lapseJob, forgetJob];
