import { and, eq } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { type SessionKind, session } from '../../../db/schema/auth.ts';
import { issueMailToken } from '../../../server/auth/mail-token.ts';
import type { SessionChanges } from '../../../server/auth/sessions.ts';
import { openSession as openSessionOf } from '../../../server/testing/open-session.ts';
import type { Person } from '../../../server/testing/people.ts';
import { type Browser, browserAt } from '../browser.ts';
import type { Portal } from '../portal.ts';
import type { World } from '../world.ts';

export type Arena = { portal: Portal; world: World; round: number };

type MailPurpose = Parameters<typeof issueMailToken>[1]['purpose'];

/** A session of somebody at this arena's portal. */
export function openSession(
  { portal: { deps } }: Arena,
  person: Person,
  options: { kind?: SessionKind; changes?: SessionChanges } = {},
): Promise<{ token: string; handle: string }> {
  return openSessionOf(deps, person, options);
}

/** Cookies of the portal's own door; plain names, for the address is http. */
const cookieOf: Record<SessionKind, string> = {
  pending: 'pre',
  user: 'sid',
  recovery: 'rec',
  staff: 'staff',
  impersonation: 'view_as',
};

/** A browser that holds a session. */
export function holding(
  { portal: { url } }: Arena,
  token: string,
  kind: SessionKind = 'user',
  door: '/trpc' | '/console/trpc' = '/trpc',
): Browser {
  const browser = browserAt(url, { door });
  const name = kind === 'pending' && door !== '/trpc' ? 'staff_pre' : cookieOf[kind];
  browser.cookies.set(name, token);
  return browser;
}

/** A browser signed in as somebody. */
export async function signedIn(
  arena: Arena,
  person: Person,
  changes?: SessionChanges,
): Promise<{ browser: Browser; token: string; handle: string }> {
  const opened = await openSession(arena, person, changes ? { changes } : {});
  return { browser: holding(arena, opened.token), ...opened };
}

/** A step-up for one act, given a moment ago. */
export const provedFor = (act: NonNullable<SessionChanges['stepUpFor']>): SessionChanges => ({
  stepUpAt: new Date(),
  stepUpFor: act,
});

/** The token of a link that the portal would mail. */
export async function linkFor(
  { portal: { deps } }: Arena,
  { subjectId }: Person,
  purpose: MailPurpose,
): Promise<string> {
  const { vault, connection } = deps;
  const { token } = await connection.db.transaction((tx: Tx) =>
    issueMailToken(tx, { vault, subjectId, purpose, now: new Date() }),
  );
  return token;
}

/** Sessions of a kind that somebody has. */
export function sessionsOf({ portal: { deps } }: Arena, { subjectId }: Person, kind: SessionKind) {
  return deps.connection.db.$count(
    session,
    and(eq(session.subjectId, subjectId), eq(session.kind, kind)),
  );
}
