import { lapseJob } from './lapse.ts';
import { signUpMailJob } from './letter.ts';

export const signUpJobs = [signUpMailJob, lapseJob];
