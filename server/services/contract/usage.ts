import { z } from 'zod';
import { bigCount, count, id, line, moment, senderKey } from '../../trpc/input.ts';
import { reportShape } from './report.ts';

const LONGEST_RENTAL_MS = 5 * 366 * 86_400_000;

/** One rental of a machine that has ended. */
export const usageRow = z
  .strictObject({
    key: senderKey,
    subjectId: id,
    /** Null for a machine without a GPU. */
    gpuType: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9|._ -]{0,119}$/)
      .nullable(),
    gpuCount: count.max(1_024),
    /** Thousandths of one GPU, of each of `gpuCount`. */
    milliGpu: count.max(1_000),
    /** Thousandths of a core. */
    cpuMilli: count,
    memoryMib: count,
    dataCentre: z.enum(['frankfurt', 'oregon', 'elsewhere']),
    image: line(200).nullable(),
    qualityOfService: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/)
      .nullable(),
    startedAt: moment,
    endedAt: moment,
    bytesIn: bigCount,
    bytesOut: bigCount,
  })
  .refine(({ gpuCount, milliGpu }) => gpuCount > 0 === milliGpu > 0, {
    path: ['milliGpu'],
    message: 'a share of each GPU',
  })
  .refine(({ gpuCount, gpuType }) => gpuCount > 0 === (gpuType !== null), {
    path: ['gpuType'],
    message: 'the type of the GPUs',
  })
  .refine(({ startedAt, endedAt }) => startedAt <= endedAt, {
    path: ['endedAt'],
    message: 'not before it started',
  })
  .refine(
    ({ startedAt, endedAt }) => Date.parse(endedAt) - Date.parse(startedAt) <= LONGEST_RENTAL_MS,
    { path: ['startedAt'], message: 'five years at most' },
  );
export type UsageRow = z.output<typeof usageRow>;

/** GPU sessions, as the scheduler saw them. */
export const report = reportShape(usageRow);
