import { closeViewJob } from './close-view.ts';

export const supportJobs = [closeViewJob];
