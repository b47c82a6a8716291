import { eq } from 'drizzle-orm';
import { account, type StaffRole } from '../../../db/schema/account.ts';
import {
  type mailTokenPurposes,
  passwordCredential,
  type SessionKind,
} from '../../../db/schema/auth.ts';
import { passkey } from '../../../db/schema/passkey.ts';
import { issueMailToken } from '../../auth/mail-token.ts';
import { RENEWAL } from '../../auth/renewal.ts';
import { codeAt } from '../../auth/totp.ts';
import type { Deps } from '../../deps.ts';
import { askAbout } from '../../services/tasks/testing.ts';
import { issueTicket } from '../../sign-up/ticket.ts';
import type { OnceAct } from '../../trpc/ladder.ts';
import { fillPerson } from '../fill.ts';
import { openSession } from '../open-session.ts';
import { insertCustomer, insertStaff, type Person, testPassword } from '../people.ts';
import { leavesOf } from '../schemas.ts';
import { insertTicket } from '../tickets.ts';
import type { Target } from './targets.ts';

/** Whom a procedure lets in, as far as one can come: freshly signed in, with a second factor. */
export type Caller = {
  /** What the browser sends; null where nobody is signed in. */
  cookie: string | null;
  person: Somebody | null;
  /** What is good to know for whoever calls as this one, by the key of an input. */
  named: Record<string, unknown[]>;
};

type Somebody = { subjectId: string } & Partial<Person>;

/** What each kind of session is called in a browser, at the door that takes it; the address is plain http. */
const cookies: Record<SessionKind, string> = {
  pending: 'pre',
  user: 'sid',
  recovery: 'rec',
  staff: 'staff',
  impersonation: 'view_as',
};
/** What a factor has to be proved for by itself. */
const onceActs: Record<string, OnceAct> = {
  'requests.confirmErasure': 'erasure_confirm',
  'account.confirmEmailChange': 'email_commit',
};
const purposes = [
  'verify_email',
  'reset_password',
  'welcome',
  'lost_factors',
  'factor_recovery',
] as const satisfies readonly (typeof mailTokenPurposes)[number][];

/**
 * Somebody new who may call a procedure.
 * @param filled whether a customer has a row in every table, or what a person has after a week
 */
export async function newCaller(deps: Deps, target: Target, filled: boolean): Promise<Caller> {
  const { assurance, roles } = target.meta;
  if (assurance === 'service') return { cookie: null, person: null, named: {} };
  if (assurance === 'staff') {
    const [role] = roles;
    if (!role) throw new Error(`${target.path}: staff without a role`);
    return session(deps, target, await insertStaff(deps, { role, label: labelOf(role) }));
  }
  if (assurance === 'mfa' && filled) {
    return session(deps, target, await filledCustomer(deps));
  }
  const person = await insertCustomer(deps, { factor: assurance !== 'enrolling' });
  // Who is about to add a first factor has proved the mailbox, unless that is what is asked.
  if (assurance === 'enrolling' && target.path !== 'auth.sendVerification')
    await deps.connection.db
      .update(account)
      .set({ emailVerifiedAt: deps.clock() })
      .where(eq(account.subjectId, person.subjectId));
  await insertTicket(deps, person);
  // A copy is under way, unless one is to be asked for.
  if (assurance === 'mfa' && target.path !== 'requests.askCopy')
    await askAbout(deps, person.subjectId, { kinds: ['export'] });
  return session(deps, target, person);
}

/** With a row in every table, and what one signs in with as it would be: a filled-in hash is none. */
async function filledCustomer(deps: Deps): Promise<Somebody> {
  const { connection, vault, clock } = deps;
  const tag = `own-${crypto.randomUUID().slice(0, 8)}`;
  const { subjectId, email } = await fillPerson(connection.db, vault, { tag, now: clock() });
  const { password, hash } = await testPassword();
  await connection.db
    .update(passwordCredential)
    .set({ hash })
    .where(eq(passwordCredential.subjectId, subjectId));
  await connection.db.delete(passkey).where(eq(passkey.subjectId, subjectId));
  return { subjectId, email, password };
}

function labelOf(role: StaffRole): string {
  return `${role} ${crypto.randomUUID().slice(0, 8)}`;
}

/** The same person in a new session: what the one before had done with it is over. */
export async function again(deps: Deps, target: Target, caller: Caller): Promise<Caller> {
  return caller.person === null ? caller : session(deps, target, caller.person);
}

async function session(deps: Deps, target: Target, person: Somebody): Promise<Caller> {
  const { subjectId } = person;
  const now = deps.clock();
  const { assurance } = target.meta;
  const kind = kindOf(assurance);
  const second = kind === 'user' || kind === 'staff';
  const methods = assurance === 'renewing' ? ['pwd', 'mail', RENEWAL] : undefined;
  const act = onceActs[target.path];
  const opened =
    kind &&
    (await openSession(deps, person, {
      kind,
      now,
      ...(methods ? { methods } : {}),
      ...(second ? { changes: { stepUpAt: now, stepUpFor: act ?? null } } : {}),
    }));
  const secret = person.totpSecret;
  const named = {
    ...(person.email ? { email: [person.email] } : {}),
    ...(person.password ? { password: [person.password], current: [person.password] } : {}),
    ...(secret ? { code: [codeAt(secret, now), ...(person.recoveryCodes ?? []).slice(0, 2)] } : {}),
    ...(person.recoveryCodes ? { recoveryCode: person.recoveryCodes.slice(2, 4) } : {}),
    token: takesToken(target) ? await linksOf(deps, subjectId) : [],
    ticket: assurance === 'public' ? [issueTicket(deps.vault, now)] : [],
    ...(opened ? { handle: [opened.handle], session: [opened.handle] } : {}),
  };
  return { cookie: opened ? `${cookies[kind]}=${opened.token}` : null, person, named };
}

function kindOf(assurance: Target['meta']['assurance']): SessionKind | null {
  if (assurance === 'mfa') return 'user';
  if (assurance === 'staff') return 'staff';
  if (assurance === 'pending' || assurance === 'enrolling') return 'pending';
  return assurance === 'recovery' || assurance === 'renewing' ? 'recovery' : null;
}

function takesToken({ schemas }: Target): boolean {
  return schemas.some((schema) => leavesOf(schema).some((leaf) => leaf.startsWith('token: ')));
}

/** Tokens of the links that letters lead to, of each kind one. */
async function linksOf({ connection, vault, clock }: Deps, subjectId: string): Promise<string[]> {
  const now = clock();
  return connection.db.transaction(async (tx) => {
    const tokens: string[] = [];
    for (const purpose of purposes)
      tokens.push((await issueMailToken(tx, { vault, subjectId, purpose, now })).token);
    return tokens;
  });
}
