import { z } from 'zod';
import { defineJob, type JobDefinition } from '../../jobs/define.ts';
import { buildCopy } from './build.ts';
import { failCopy } from './deliver.ts';
import { expireCopyJob } from './expire.ts';
import { removeObjects } from './objects.ts';

const payload = z.strictObject({ requestId: z.uuid() });
type Payload = z.infer<typeof payload>;

/** Puts together the copy somebody asked for. */
export const buildCopyJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'copy.build',
  maxAttempts: 8,
  parse: (value) => payload.parse(value),
  run: buildCopy,
  async onDead({ deps, tx, payload: { requestId }, now }) {
    deps.log.error({ request: requestId }, 'a copy could not be built');
    await failCopy({ deps, tx, requestId, now });
    await removeObjects(deps.exportStore, requestId);
  },
});

export const copyJobs = [buildCopyJob, expireCopyJob];
