import { passwordRefusedJob } from './refused-password.ts';
import { resetMailJob } from './reset-mail.ts';

export const authJobs = [resetMailJob, passwordRefusedJob];
