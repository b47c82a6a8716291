import { subjectTableNamed } from '../../../db/data-map/index.ts';
import { gpuSession } from '../../../db/schema/usage.ts';
import { newId } from '../../crypto/token.ts';
import { gpuSeconds } from '../../usage/gpu-seconds.ts';
import { type UsageRow, usageRow } from '../contract/usage.ts';
import { nothingTaken, type ReportKind } from './kind.ts';

const table = subjectTableNamed('gpuSession');

/** GPU sessions. */
export const usageReport: ReportKind<UsageRow> = {
  row: usageRow,
  section: 'usage',
  momentFields: ['startedAt', 'endedAt'],
  keptIn: () => ({ table, field: 'endedAt' }),
  month: ({ startedAt }) => ({ table: 'gpu_session', at: new Date(startedAt) }),
  async write(tx, rows, { serviceId, now }) {
    const values = rows.map(({ key, startedAt, endedAt, ...row }) => {
      const [from, to] = [new Date(startedAt), new Date(endedAt)];
      const seconds = (to.getTime() - from.getTime()) / 1_000;
      return {
        ...row,
        id: newId(now),
        startedAt: from,
        endedAt: to,
        gpuSeconds: gpuSeconds({ ...row, seconds }),
        sourceSystem: serviceId,
        sourceKey: key,
      };
    });
    if (values.length > 0) await tx.insert(gpuSession).values(values);
    return nothingTaken;
  },
};
