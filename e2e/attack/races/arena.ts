import { and, eq } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { type SessionKind, session } from '../../../db/schema/auth.ts';
import { issueMailToken } from '../../../server/auth/mail-token.ts';
import { createSession, raiseSession, type SessionChanges } from '../../../server/auth/sessions.ts';
import { newToken } from '../../../server/crypto/token.ts';
import type { Person } from '../../../server/testing/people.ts';
import { type Browser, browserAt } from '../browser.ts';
import type { Portal } from '../portal.ts';
import type { World } from '../world.ts';

export type Arena = { portal: Portal; world: World; round: number };

type MailPurpose = Parameters<typeof issueMailToken>[1]['purpose'];

/** A session as a sign-in would open it, without the work of one. */
export async function openSession(
  { portal: { deps } }: Arena,
  { subjectId }: Person,
  { kind = 'user', changes }: { kind?: SessionKind; changes?: SessionChanges } = {},
): Promise<{ token: string; handle: string }> {
  const now = new Date();
  const { vault, connection } = deps;
  return connection.db.transaction(async (tx) => {
    const second = kind === 'user' || kind === 'staff';
    const opened = await createSession(tx, {
      vault,
      now,
      kind,
      subjectId,
      aal: second ? 2 : 1,
      methods: second ? ['pwd', 'otp'] : ['pwd'],
      aal2At: second ? now : null,
      userAgentFamily: 'Firefox on Linux',
      ipPrefix: '203.0.113.0/24',
    });
    if (!changes) return opened;
    const sessionId = vault.hashToken('session', opened.token);
    const token = await raiseSession(tx, { vault, now, sessionId, changes });
    return { token: token ?? newToken(), handle: opened.handle };
  });
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
