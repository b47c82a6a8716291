import type { Actor } from '../actor.ts';
import type { LiveSession } from '../auth/sessions.ts';
import { DomainError } from '../errors.ts';

/** A member of support at the console. */
export type Agent = {
  accountId: string;
  /** Handle of the staff session; what is opened in it ends with it. */
  staffSession: string;
  staff: NonNullable<LiveSession['staff']>;
  actor: Extract<Actor, { kind: 'staff' }>;
};

/** @throws {DomainError} SIGNED_OUT for a session that is nobody of staff's */
export function agentOf({ subjectId: accountId, handle, staff }: LiveSession): Agent {
  if (!staff) throw new DomainError('SIGNED_OUT');
  return {
    accountId,
    staffSession: handle,
    staff,
    actor: { kind: 'staff', accountId, label: staff.label, sessionHandle: handle },
  };
}
