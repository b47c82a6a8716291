import { eq } from 'drizzle-orm';
import { account, type StaffRole } from '../../db/schema/account.ts';
import { passwordCredential, recoveryCode, totpFactor } from '../../db/schema/auth.ts';
import { staffMember } from '../../db/schema/staff.ts';
import { hashPassword } from '../auth/password.ts';
import { recoveryRows } from '../auth/recovery-codes.ts';
import { staffMac } from '../auth/staff-mac.ts';
import { codeAt, newTotpSecret, totpRow } from '../auth/totp.ts';
import { newCode, newId } from '../crypto/token.ts';
import type { Deps } from '../deps.ts';
import { appRouter } from '../root.ts';
import type { Context } from '../trpc/context.ts';
import { createCallerFactory } from '../trpc/init.ts';
import { openSession } from './open-session.ts';

export type Person = {
  subjectId: string;
  email: string;
  password: string;
  totpSecret: string;
  recoveryCodes: string[];
};
const PASSWORD = 'violet harbour lantern 42';
let hashed: Promise<string> | null = null;

/** The password of everybody in tests, hashed once. */
export async function testPassword(): Promise<{ password: string; hash: string }> {
  hashed ??= hashPassword(PASSWORD);
  return { password: PASSWORD, hash: await hashed };
}

/** A customer with a password, and with a second factor unless told otherwise. */
export async function insertCustomer(
  deps: Deps,
  {
    name = 'Ada Lovelace',
    country = 'DE',
    factor = true,
    now = new Date(Date.now() - 86_400_000),
  }: {
    name?: string;
    country?: string;
    factor?: boolean;
    now?: Date;
  } = {},
): Promise<Person> {
  const { vault, connection } = deps;
  const subjectId = crypto.randomUUID();
  const email = `${name.toLowerCase().replace(/[^a-z]+/g, '.')}.${subjectId.slice(0, 8)}@example.test`;
  const totpSecret = newTotpSecret();
  const recoveryCodes = Array.from({ length: 10 }, () => newCode(6));
  const { password, hash } = await testPassword();
  await connection.db.transaction(async (tx) => {
    const key = await vault.createSubjectKey(tx, subjectId, now);
    await tx.insert(account).values({
      subjectId,
      role: 'customer',
      status: 'active',
      email: vault.seal(key, 'account.email', email),
      emailIndex: vault.emailIndex(email),
      emailVerifiedAt: factor ? now : null,
      displayName: vault.seal(key, 'account.display_name', name),
      phone: null,
      company: null,
      country,
      region: null,
      language: 'en',
      timeZone: 'Europe/Berlin',
      theme: 'auto',
      createdAt: now,
      sessionEpoch: 0,
      supportAccess: true,
    });
    await tx.insert(passwordCredential).values({ subjectId, hash, changedAt: now });
    if (factor) {
      await tx
        .insert(totpFactor)
        .values(totpRow({ vault, key, subjectId, secret: totpSecret, now, confirmed: true }));
      await tx
        .insert(recoveryCode)
        .values(recoveryRows({ vault, subjectId, codes: recoveryCodes, now }));
    }
  });
  return { subjectId, email, password, totpSecret, recoveryCodes };
}

/** A member of staff with both factors, trained and pledged for a year unless told otherwise. */
export async function insertStaff(
  deps: Deps,
  {
    role = 'support',
    label = 'Support agent S-31',
    ...dates
  }: {
    role?: StaffRole;
    label?: string;
    trainingValidUntil?: Date;
    confidentialityValidUntil?: Date;
  } = {},
): Promise<Person> {
  const person = await insertCustomer(deps, { name: label });
  const { db } = deps.connection;
  const addedAt = new Date(deps.clock().getTime() - 86_400_000);
  const inAYear = new Date(deps.clock().getTime() + 365 * 86_400_000);
  await db
    .update(account)
    .set({ role, supportAccess: false })
    .where(eq(account.subjectId, person.subjectId));
  const row = {
    accountId: person.subjectId,
    label,
    trainingValidUntil: inAYear,
    confidentialityValidUntil: inAYear,
    disabledAt: null,
    ...dates,
  };
  const rowMac = staffMac(deps.vault, role, row);
  await db.insert(staffMember).values({ ...row, addedAt, rowMac });
  return person;
}

/** A browser in which a member of staff is signed in at the console. */
export async function atTheDesk(
  deps: Deps,
  person: Person,
  { now = deps.clock() }: { now?: Date } = {},
): Promise<Jar> {
  const jar = emptyJar();
  jar.tokens.staff = (await openSession(deps, person, { kind: 'staff', now })).token;
  return jar;
}

/** Cookies of a browser: filled by what procedures set. */
export type Jar = {
  tokens: { -readonly [K in keyof Context['tokens']]?: Context['tokens'][K] };
  set: string[];
};
export const emptyJar = (): Jar => ({ tokens: {}, set: [] });

const kinds = {
  pre: 'pending',
  sid: 'user',
  rec: 'recovery',
  staff_pre: 'pending',
  staff_rec: 'recovery',
  staff: 'staff',
  view_as: 'impersonation',
} as const;
const createCaller = createCallerFactory(appRouter);

/** The procedures, called as a browser with this jar would. */
export function callerFor(deps: Deps, jar: Jar = emptyJar(), overrides: Partial<Context> = {}) {
  const now = overrides.now ?? deps.clock();
  const none = { pending: null, user: null, recovery: null, staff: null, impersonation: null };
  return createCaller({
    deps,
    surface: 'portal',
    now,
    requestId: newId(now),
    tokens: { ...none, ...jar.tokens },
    visitorId: null,
    cookie: (name) => (name === 'device' ? lastSet(jar, name) : null),
    ipPrefix: '203.0.113.0/24',
    userAgentFamily: 'Firefox on Linux',
    gpc: false,
    forAccount: null,
    watching: false,
    method: 'POST',
    setCookie(header) {
      jar.set.push(header);
      const [, name, value] = /^(\w+)=([^;]*)/.exec(header) ?? [];
      const kind = kinds[name as keyof typeof kinds];
      if (kind) jar.tokens[kind] = value ? value : null;
    },
    setHeader: () => {},
    ...overrides,
  });
}

/** What a browser sends back of a cookie that it was told to keep; null when it has none. */
function lastSet({ set }: Jar, name: string): string | null {
  const header = set.findLast((line) => line.startsWith(`${name}=`));
  return header?.slice(name.length + 1).split(';')[0] || null;
}

/**
 * A browser in which a person is signed in with password and code. The session is one that a sign-in would
 * have opened; what a sign-in leaves elsewhere (its event, its place, its used code) is not there: for tests
 * about that there is `signInAs`.
 */
export async function signedInAs(
  deps: Deps,
  person: Person,
  { now = deps.clock(), jar = emptyJar() } = {},
): Promise<Jar> {
  jar.tokens.user = (await openSession(deps, person, { now })).token;
  return jar;
}

/** Signs a person in with password and code, as a browser does; the jar holds the session. */
export async function signInAs(
  deps: Deps,
  person: Person,
  { now = deps.clock(), jar = emptyJar() } = {},
): Promise<Jar> {
  await callerFor(deps, jar, { now }).auth.signIn({
    email: person.email,
    password: person.password,
  });
  await callerFor(deps, jar, { now }).auth.verifyCode({ code: codeAt(person.totpSecret, now) });
  return jar;
}
