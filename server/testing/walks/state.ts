import type { Deps } from '../../deps.ts';
import type { SoftPasskey } from '../authenticator.ts';
import type { Jar, Person } from '../people.ts';

/**
 * Who walks. `thief` knows the password and holds no factor; `intruder` reads the mailbox the account began
 * with and knows no password; `both` does what the two can.
 */
export type Who = 'ada' | 'thief' | 'intruder' | 'both';
export const knowsPassword = (who: Who): boolean => who !== 'intruder';
export const isStranger = (who: Who): boolean => who !== 'ada';

export type Kind = 'pending' | 'user' | 'recovery';

/** What a session must be, kept beside the portal and compared with its rows. */
export type Session = {
  kind: Kind;
  who: Who;
  token: string;
  methods: string[];
  /** A second factor that its holder has was accepted in this very session, or in the attempt it came from. */
  proved: boolean;
  /** Opened by the link of a case about lost factors. */
  renewal: boolean;
  authAt: number;
  aal2At: number | null;
  stepUpAt: number | null;
  stepUpFor: 'email_commit' | null;
  expiresAt: number;
  absoluteAt: number;
  failures: number;
  ended: boolean;
};

export type App = { kind: 'app'; id: string; secret: string; holder: Who; lastStep: number };
export type Key = { kind: 'passkey'; id: string; device: SoftPasskey; holder: Who };
export type Factor = App | Key;

export type MailPurpose =
  | 'sign_up'
  | 'verify_email'
  | 'reset_password'
  | 'lost_factors'
  | 'factor_recovery'
  | 'recovery_stop'
  | 'email_confirm'
  | 'email_undo';

/** A link that was mailed: who may read it, and until when it opens something. */
export type Link = {
  purpose: MailPurpose;
  token: string;
  readers: ReadonlySet<Who>;
  until: number;
  dead: boolean;
};

export type Change = {
  confirm: string;
  undo: string;
  requestedAt: number;
  expiresAt: number;
  undoUntil: number;
  before: string;
  after: string;
  confirmed: boolean;
  ended: boolean;
};

export type Recovery = {
  reference: string;
  stop: string;
  openedAt: number;
  proposedBy: 0 | 1 | null;
  approved: boolean;
  ended: boolean;
};

export type Browser = {
  name: string;
  who: Who;
  jar: Jar;
  held: Partial<Record<Kind, Session>>;
  /** Tokens that this browser has had and that are none any more. */
  spent: { kind: Kind; token: string }[];
};

/** Budget of wrong codes of the account, over all attempts. */
export type Guard = { failures: number; windowAt: number; closedUntil: number };

/** One walk: the account, everybody who walks, and all that must be so. */
export type Walk = {
  deps: Deps;
  staff: readonly [Person, Person];
  subjectId: string;
  /** Milliseconds; the portal is told it with every call. */
  now: number;
  /** Later than that no walk goes. */
  until: number;
  browsers: Browser[];
  /** Strangers come once the account has a second factor: before that its person is whoever reads its mail. */
  protectedSince: number | null;
  emailVerified: boolean;
  email: string;
  readers: Map<string, ReadonlySet<Who>>;
  password: string;
  passwords: number;
  sessions: Session[];
  /** More sessions than the portal keeps were opened, so that it has ended some. */
  crowded: boolean;
  factors: Factor[];
  gone: Factor[];
  /** The app that was begun and not confirmed. */
  begun: { secret: string; holder: Who } | null;
  codes: { holder: Who; unused: string[]; used: string[]; gone: string[] };
  /** Codes of apps that were accepted, as somebody over the shoulder saw them. */
  seen: string[];
  /** What passkeys have signed and the portal has taken. */
  signed: ReturnType<SoftPasskey['sign']>[];
  guard: Guard | null;
  links: Map<string, Link>;
  /** Ids of letters that were read. */
  letters: Set<string>;
  changes: Change[];
  recovery: Recovery | null;
  restrictedUntil: number;
  /** Strangers whom two members of staff let in, three days after it was asked for. */
  letIn: Set<Who>;
  /** Something was done since the rows were compared. */
  changed: boolean;
  tally: Tally;
};

/** How often each procedure was called, did what it does, and had to wait for a budget. */
export type Tally = Map<string, { called: number; done: number; paused: number }>;

/** The portal did otherwise than it must. */
export class WalkFault extends Error {
  override name = 'WalkFault';
}
