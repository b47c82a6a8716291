import { subjectTableNamed } from '../../../db/data-map/index.ts';
import { connectionEvent, device } from '../../../db/schema/devices.ts';
import { newId } from '../../crypto/token.ts';
import { type DeviceRow, deviceRow } from '../contract/devices.ts';
import { nothingTaken, type ReportKind } from './kind.ts';

const devices = subjectTableNamed('device');
const connections = subjectTableNamed('connectionEvent');

/** Devices and connections, coarse as they came. */
export const devicesReport: ReportKind<DeviceRow> = {
  row: deviceRow,
  section: 'devices',
  momentFields: ['firstSeenAt', 'lastSeenAt', 'occurredAt'],
  keptIn: ({ kind }) =>
    kind === 'device'
      ? { table: devices, field: 'lastSeenAt' }
      : { table: connections, field: 'occurredAt' },
  month: (row) =>
    row.kind === 'connection' ? { table: 'connection_event', at: new Date(row.occurredAt) } : null,
  async write(tx, rows, { now }) {
    const seen = rows.flatMap((row) =>
      row.kind === 'device'
        ? [
            {
              id: newId(now),
              subjectId: row.subjectId,
              family: row.family,
              firstSeenAt: new Date(row.firstSeenAt),
              lastSeenAt: new Date(row.lastSeenAt),
            },
          ]
        : [],
    );
    const connected = rows.flatMap((row) =>
      row.kind === 'connection'
        ? [
            {
              id: newId(now),
              subjectId: row.subjectId,
              occurredAt: new Date(row.occurredAt),
              event: row.event,
              ipPrefix: row.network,
              userAgentFamily: row.family,
            },
          ]
        : [],
    );
    if (seen.length > 0) await tx.insert(device).values(seen);
    if (connected.length > 0) await tx.insert(connectionEvent).values(connected);
    return nothingTaken;
  },
};
