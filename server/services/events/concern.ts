import { eq } from 'drizzle-orm';
import type { Db } from '../../../db/connect.ts';
import { subjectTableNamed } from '../../../db/data-map/index.ts';
import type { Purpose } from '../../../db/data-map/vocabulary.ts';
import { serviceScope } from '../../../db/schema/service.ts';
import { optionalTopics } from '../contract/consent.ts';
import type { OutputOf } from '../contract/index.ts';

export type ServiceEvent = OutputOf<'events.since'>['events'][number];

/** What of an event a service is told, or null when it is none of its business. */
export type Concern = (event: ServiceEvent) => ServiceEvent | null;

/**
 * What concerns a service follows from what it may ask: choices for who asks about them, corrections of
 * those fields that it may look up, and for everybody that an account came, goes and is gone.
 */
export async function concernOf(db: Db, serviceId: string): Promise<Concern> {
  const scopes = await db.select().from(serviceScope).where(eq(serviceScope.serviceId, serviceId));
  const asksAboutChoices = scopes.some(({ procedure }) =>
    procedure.startsWith('consent.mayContact'),
  );
  const purposes = scopes.find(({ procedure }) => procedure === 'account.lookup')?.purposes ?? [];
  const fields = new Set(
    subjectTableNamed('account')
      .columns.filter((column) => column.purposes.some((one: Purpose) => purposes.includes(one)))
      .map(({ key }) => key),
  );
  return (event) => {
    if (event.kind === 'consent.changed')
      return asksAboutChoices ? withCodes(event, (code) => isOptional(code)) : null;
    if (event.kind === 'account.corrected') return withCodes(event, (code) => fields.has(code));
    return event;
  };
}

function withCodes(event: ServiceEvent, wanted: (code: string) => boolean): ServiceEvent | null {
  const codes = event.codes.filter(wanted);
  return codes.length > 0 ? { ...event, codes } : null;
}

/** Cookies are between the person and this portal. */
function isOptional(code: string): boolean {
  return optionalTopics.some((topic) => code.startsWith(`${topic}/`));
}
