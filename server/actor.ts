/** Who acts. Every audit event stores it whole. */
export type Actor =
  | { kind: 'subject'; subjectId: string; sessionHandle: string }
  | {
      kind: 'staff';
      accountId: string;
      label: string;
      sessionHandle: string | null;
    }
  | { kind: 'service'; id: string }
  | { kind: 'system'; job: string };

/** The subject of events about nobody's data. */
export const NO_SUBJECT = '00000000-0000-0000-0000-000000000000';

/** How an actor is named to the person whose data it is about. */
export function actorLabel(actor: Actor): string {
  switch (actor.kind) {
    case 'subject':
      return 'You';
    case 'staff':
      return actor.label;
    case 'service':
      return actor.id;
    case 'system':
      return 'This portal';
  }
}

/** The id under which an actor stands in the audit log. */
export function actorId(actor: Actor): string {
  switch (actor.kind) {
    case 'subject':
      return actor.subjectId;
    case 'staff':
      return actor.accountId;
    case 'service':
      return actor.id;
    case 'system':
      return actor.job;
  }
}
