import type { SessionKind } from '../../db/schema/auth.ts';
import { createSession, raiseSession, type SessionChanges } from '../auth/sessions.ts';
import { newToken } from '../crypto/token.ts';
import type { Deps } from '../deps.ts';

/** A session as a sign-in would open it, without the work of one. */
export async function openSession(
  { vault, connection, clock }: Deps,
  { subjectId }: { subjectId: string },
  {
    kind = 'user',
    now = clock(),
    methods,
    changes,
  }: { kind?: SessionKind; now?: Date; methods?: string[]; changes?: SessionChanges } = {},
): Promise<{ token: string; handle: string }> {
  const second = kind === 'user' || kind === 'staff';
  return connection.db.transaction(async (tx) => {
    const opened = await createSession(tx, {
      vault,
      now,
      kind,
      subjectId,
      aal: second ? 2 : 1,
      methods: methods ?? (second ? ['pwd', 'otp'] : ['pwd']),
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
