import type { Tx } from '../../db/connect.ts';
import type { Actor } from '../actor.ts';
import { type AuditInput, recordAudit } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { holdStaff } from '../staff/hold-staff.ts';

/** A member of staff at work: who, when, in which call. */
export type DeskCall = {
  deps: Deps;
  actor: Actor & { kind: 'staff' };
  requestId: string;
  now: Date;
};

/** What the act is, and whose data it is about. */
export type Act = Pick<
  AuditInput,
  'action' | 'subjectId' | 'purpose' | 'sections' | 'reference' | 'visibleFrom'
>;

/**
 * Runs an act in one transaction, in which whoever acts stays what they are. A refusal undoes all of it
 * and is recorded by itself, with its code: also what was not allowed to happen stands in the customer's
 * log.
 */
export async function recordingRefusals<T>(
  { deps, actor, requestId, now }: DeskCall,
  act: Act,
  run: (tx: Tx) => Promise<T>,
): Promise<T> {
  const { db } = deps.connection;
  try {
    return await db.transaction(async (tx) => {
      await holdStaff(tx, actor);
      return run(tx);
    });
  } catch (cause) {
    if (cause instanceof DomainError)
      await db.transaction((tx) =>
        recordAudit(tx, deps.vault, {
          ...act,
          actor,
          outcome: 'refused',
          details: { code: cause.code },
          requestId,
          now,
        }),
      );
    throw cause;
  }
}
