import { z } from 'zod';
import { id, line, moment, senderKey } from '../../trpc/input.ts';
import { reportShape } from './report.ts';

/** A network, never an address: /24 of IPv4, /48 of IPv6, or that it is not known. */
const network = z
  .string()
  .regex(
    /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){2}\.0\/24|([0-9a-f]{1,4}:){1,3}:\/48|unknown)$/,
  );

/** A browser or machine that was seen, or one connection of it. */
export const deviceRow = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('device'),
      key: senderKey,
      subjectId: id,
      /** Coarse: "OpenSSH on Linux". */
      family: line(80),
      firstSeenAt: moment,
      lastSeenAt: moment,
    })
    .refine(({ firstSeenAt, lastSeenAt }) => firstSeenAt <= lastSeenAt, {
      path: ['lastSeenAt'],
      message: 'not before it was first seen',
    }),
  z.strictObject({
    kind: z.literal('connection'),
    key: senderKey,
    subjectId: id,
    occurredAt: moment,
    event: line(60),
    network,
    family: line(80),
  }),
]);
export type DeviceRow = z.output<typeof deviceRow>;

/** Devices and connections, as gateways saw them. */
export const report = reportShape(deviceRow);
