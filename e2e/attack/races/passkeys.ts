import { and, eq } from 'drizzle-orm';
import { session } from '../../../db/schema/auth.ts';
import { type SoftPasskey, softPasskey } from '../../../server/testing/authenticator.ts';
import { insertCustomer, type Person } from '../../../server/testing/people.ts';
import { browserAt, done } from '../browser.ts';
import { type Arena, holding, openSession, sessionsOf, signedIn } from './arena.ts';
import type { Prize } from './prize.ts';

type Creation = Parameters<SoftPasskey['create']>[0];
type Request = Parameters<SoftPasskey['sign']>[0];

/** Tries that one attempt has. */
const OF_ONE = 5;

const accepted = ({ code }: { code: string | null }) => code === null;

/** The site as a browser there sees it. */
function siteOf({ portal: { url } }: Arena) {
  const { origin, hostname } = new URL(url);
  return { origin, rpId: hostname };
}

/** Somebody with one passkey beside their app. */
async function withPasskey(arena: Arena): Promise<{ ada: Person; device: SoftPasskey }> {
  const ada = await insertCustomer(arena.portal.deps);
  const { browser } = await signedIn(arena, ada, { stepUpAt: new Date() });
  const device = softPasskey({ synced: true });
  const asked = done<Creation>(await browser.call('auth.beginNewPasskey'));
  const passkey = device.create(asked, siteOf(arena));
  done(await browser.call('auth.confirmNewPasskey', { passkey, name: 'Laptop' }));
  const own = and(eq(session.subjectId, ada.subjectId), eq(session.kind, 'user'));
  await arena.portal.deps.connection.db.delete(session).where(own);
  return { ada, device };
}

/** Challenges, each for one signature. */
export const passkeys: Prize[] = [
  {
    name: 'challenge of a passkey, at a hundred sign-ins',
    async ready(arena) {
      const { ada, device } = await withPasskey(arena);
      const { url } = arena.portal;
      const asked = done<Request>(await browserAt(url).call('auth.beginPasskeySignIn'));
      const passkey = device.sign(asked, siteOf(arena));
      return {
        grab: async () =>
          accepted(await browserAt(url).call('auth.signInWithPasskey', { passkey })),
        left: () => sessionsOf(arena, ada, 'user'),
      };
    },
  },
  {
    name: 'challenge of a passkey, in place of a code',
    hands: OF_ONE,
    async ready(arena) {
      const { ada, device } = await withPasskey(arena);
      const { token } = await openSession(arena, ada, { kind: 'pending' });
      const pending = () => holding(arena, token, 'pending');
      const asked = done<Request>(await pending().call('auth.beginPasskey'));
      const passkey = device.sign(asked, siteOf(arena));
      return {
        grab: async () => accepted(await pending().call('auth.verifyPasskey', { passkey })),
        left: () => sessionsOf(arena, ada, 'user'),
      };
    },
  },
];
