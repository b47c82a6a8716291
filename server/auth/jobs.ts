import { passwordRefusedJob } from './refused-password.ts';
import { resetMailJob } from './reset-mail.ts';
import { addressesTriedJob } from './stuffing.ts';

export const authJobs = [resetMailJob, passwordRefusedJob, addressesTriedJob];
