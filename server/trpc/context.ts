import type { SessionKind } from '../../db/schema/auth.ts';
import type { CookieName } from '../consent/register.ts';
import type { Deps } from '../deps.ts';

/**
 * The two doors of the portal. Each knows cookies of its own only: a customer's session means nothing
 * at the console, and a staff session nothing at the portal.
 */
export type Surface = 'portal' | 'console';

/** What is known of a call before anybody is recognised. */
export type Context = {
  deps: Deps;
  surface: Surface;
  now: Date;
  requestId: string;
  /** Token of each kind's cookie, or null; two cookies of one name count as none. */
  tokens: Readonly<Record<SessionKind, string | null>>;
  /** Random id of this browser's cookie choice, if it made one. */
  visitorId: string | null;
  /** Value of another cookie of the register, undecoded; null when absent or doubled. */
  cookie: (name: CookieName) => string | null;
  /** Coarse network: /24 or /48. */
  ipPrefix: string;
  /** Coarse device: "Firefox on Windows". */
  userAgentFamily: string;
  /** `Sec-GPC: 1`, exactly. */
  gpc: boolean;
  /** Whose account the page shows that asks; null where it does not say. */
  forAccount: string | null;
  /** A page asked by itself, nobody did: such a call keeps nobody signed in. */
  watching: boolean;
  /** GET calls may not carry what is personal. */
  method: string;
  /** Sets a cookie named in the register (`consent/register.ts`). */
  setCookie: (header: string) => void;
  /** Answers with this header. */
  setHeader: (name: string, value: string) => void;
};
