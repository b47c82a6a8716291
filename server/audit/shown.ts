import { type SQL, sql } from 'drizzle-orm';
import { shownBy } from '../../db/data-map/shown.ts';

/** Condition on events in a statement: their person may read them by now. */
export function isShownBy(now: Date): SQL {
  return sql.raw(shownBy({ name: 'auditEvent' }, 'audit_event', now) ?? 'true');
}
