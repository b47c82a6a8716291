import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/connect.ts';
import type { Purpose } from '../../db/data-map/vocabulary.ts';
import { serviceScope } from '../../db/schema/service.ts';
import { DomainError } from '../errors.ts';
import { CallRefusal } from './call-refusal.ts';
import { servicePurpose } from './contract/purpose.ts';

const DAY_MS = 86_400_000;

/** Who calls what for what, and about how many people it may today. */
export type ScopedCall = {
  serviceId: string;
  procedure: string;
  purpose: Purpose;
  maxSubjectsPerDay: number;
};

/**
 * Whether the service may call the procedure for the purpose it states.
 * @throws {CallRefusal} when it may not at all, or not for this
 */
export async function scopeOf(
  db: Db,
  { serviceId, procedure, purpose }: { serviceId: string; procedure: string; purpose: string },
): Promise<ScopedCall> {
  const [scope] = await db
    .select()
    .from(serviceScope)
    .where(and(eq(serviceScope.serviceId, serviceId), eq(serviceScope.procedure, procedure)));
  if (!scope) throw new CallRefusal('scope', serviceId);
  const known = servicePurpose.safeParse(purpose);
  if (!known.success || !scope.purposes.includes(known.data))
    throw new CallRefusal('purpose', serviceId);
  const { maxSubjectsPerDay } = scope;
  return { serviceId, procedure, purpose: known.data, maxSubjectsPerDay };
}

/**
 * Counts the people a call is about towards the service's day (UTC): each once a day, and each that does
 * not exist, so that nobody finds out by guessing. One statement counts and decides; what does not fit
 * changes nothing. Counted before the act, and not given back when it fails.
 *
 * @param strangers how many were asked for that do not exist
 * @throws {DomainError} SUBJECT_BUDGET_SPENT with the seconds to midnight
 */
export async function takeSubjects(
  db: Db,
  { serviceId, procedure, maxSubjectsPerDay }: ScopedCall,
  {
    subjectIds,
    strangers = 0,
    now,
  }: { subjectIds: readonly string[]; strangers?: number; now: Date },
): Promise<void> {
  const midnight = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const day = new Date(midnight).toISOString();
  // In one order, so that two calls about the same people wait for each other and never cross.
  const ids = [...new Set(subjectIds)].sort();
  await db.transaction(async (tx) => {
    const [row] = await tx.execute<{ subjects: number }>(sql`
      with fresh as (
        insert into service_day_subject (service_id, procedure, day, subject_id)
        select ${serviceId}, ${procedure}, ${day}::timestamptz, id
        from unnest(${sql.param(`{${ids.join(',')}}`)}::uuid[]) as id
        on conflict do nothing returning 1),
      wanted as (select (select count(*) from fresh)::int + ${strangers}::int as n)
      insert into service_day as d (service_id, procedure, day, subjects)
      select ${serviceId}, ${procedure}, ${day}::timestamptz, n from wanted where n <= ${maxSubjectsPerDay}
      on conflict (service_id, procedure, day) do update set subjects = d.subjects + excluded.subjects
      where d.subjects + excluded.subjects <= ${maxSubjectsPerDay}
      returning subjects`);
    // Rolls the fresh rows back too.
    if (row) return;
    const retryAfterSeconds = Math.ceil((midnight + DAY_MS - now.getTime()) / 1_000);
    throw new DomainError('SUBJECT_BUDGET_SPENT', { retryAfterSeconds });
  });
}
