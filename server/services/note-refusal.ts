import type { Connection } from '../../db/connect.ts';
import { type Actor, NO_SUBJECT } from '../actor.ts';
import { recordAudit } from '../audit/record.ts';
import { takePoint } from '../auth/limits.ts';
import type { Deps } from '../deps.ts';
import { serviceRefusals } from './metrics.ts';

/** So many refusals of one service for one reason are recorded in an hour; the others are counted. */
export const RECORDED_PER_HOUR = 20;
const budget = { name: 'service-refusals', points: RECORDED_PER_HOUR, seconds: 3_600 };

/** Until when a budget is known to be spent, by database, so that a flood asks it no more. */
const known = new WeakMap<Connection, Map<string, number>>();
const MAX_KNOWN = 1_000;

/**
 * Counts a refused call, logs it, and records it as an event about nobody's data, unless there were many
 * like it: whoever floods the listener must not fill the log. A service stands as the actor only where
 * its signature held.
 */
export async function noteRefusal(
  deps: Deps,
  {
    serviceId,
    reason,
    procedure,
    requestId,
    now,
  }: {
    serviceId: string | null;
    reason: string;
    procedure: string | null;
    requestId: string;
    now: Date;
  },
): Promise<void> {
  serviceRefusals.inc({ reason });
  deps.log.warn({ serviceId, reason, procedure, requestId }, 'a service call was refused');
  const kind = `${serviceId ?? NO_SUBJECT}|${reason}`;
  const spentUntil = known.get(deps.connection) ?? new Map<string, number>();
  known.set(deps.connection, spentUntil);
  if ((spentUntil.get(kind) ?? 0) > now.getTime()) return;
  const wait = await takePoint(deps, budget, kind, now);
  if (wait !== null) {
    if (spentUntil.size >= MAX_KNOWN) spentUntil.clear();
    spentUntil.set(kind, now.getTime() + wait * 1_000);
    return;
  }
  const actor: Actor = serviceId
    ? { kind: 'service', id: serviceId }
    : { kind: 'system', job: 'services.gate' };
  await deps.connection.db.transaction((tx) =>
    recordAudit(tx, deps.vault, {
      action: 'service.refused',
      actor,
      subjectId: null,
      purpose: 'platform_security',
      outcome: 'refused',
      reference: procedure === null ? reason : `${procedure} ${reason}`,
      requestId,
      now,
    }),
  );
}
