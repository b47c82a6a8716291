/** Places of strangers' rows that staff and services see where they do their work, written here by hand. */
const shownToStaff: Record<string, readonly string[]> = {
  // The officers' queue and support's list name what waits, of everybody.
  'oversight.queue': ['data_subject_request.reference'],
  // What officers hold, and why: their own words.
  'oversight.holds': ['legal_hold.'],
  'caseDesk.list': ['support_ticket.reference', 'support_ticket.assigned_label'],
  // What happened, by codes alone, to whoever has an account.
  'events.since': ['subject_event.codes'],
};

/** @param around the canary and what follows it: ` in table.column`, as its place was filled */
export function mayShow(path: string, around: string): boolean {
  return (shownToStaff[path] ?? []).some((place) => around.includes(` in ${place}`));
}
