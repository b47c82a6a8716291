import { index, integer, pgTable, smallint, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject, withoutSubject } from '../data-map/define.ts';
import { moment, sealed, subjectId } from './column.ts';

export const passwordCredential = pgTable('password_credential', {
  subjectId: subjectId().primaryKey(),
  hash: text('hash').notNull(),
  changedAt: moment('changed_at').notNull(),
});

export const passwordCredentialEntry = erasedWithSubject(passwordCredential, {
  title: 'Password',
  about: 'When your password was last changed. We keep a hash of it, never the password.',
  section: 'security',
  subject: 'subjectId',
  source: 'given',
  purposes: ['authenticate'],
  recipients: [],
  retention: 'account',
  order: 'changedAt',
  columns: {
    subjectId: { kind: 'technical', label: 'Account id' },
    hash: { kind: 'secret', label: 'Password hash' },
    changedAt: {
      kind: 'personal',
      label: 'Password changed',
      category: 'user.authorization.password',
      source: 'observed',
      mask: 'shown',
    },
  },
});

export const totpFactor = pgTable(
  'totp_factor',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    label: sealed('label').notNull(),
    secret: sealed('secret').notNull(),
    /** Last accepted time step; a code of this step or before is never accepted again (RFC 6238 5.2). */
    lastStep: integer('last_step').notNull(),
    createdAt: moment('created_at').notNull(),
    confirmedAt: moment('confirmed_at'),
    lastUsedAt: moment('last_used_at'),
    rowMac: text('row_mac').notNull(),
  },
  (t) => [index('totp_factor_subject').on(t.subjectId)],
);

export const totpFactorEntry = erasedWithSubject(totpFactor, {
  title: 'Authenticator apps',
  about: 'The apps that make your sign-in codes.',
  section: 'security',
  subject: 'subjectId',
  source: 'given',
  purposes: ['authenticate'],
  recipients: [],
  retention: 'account',
  order: 'createdAt',
  columns: {
    id: { kind: 'technical', label: 'Row id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    label: { kind: 'personal', label: 'Name', category: 'user.authorization', storage: 'sealed' },
    secret: { kind: 'secret', label: 'Shared secret', storage: 'sealed' },
    lastStep: { kind: 'technical', label: 'Last accepted time step' },
    createdAt: {
      kind: 'personal',
      label: 'Added',
      category: 'user.authorization',
      source: 'observed',
      mask: 'shown',
    },
    confirmedAt: { kind: 'technical', label: 'Confirmed' },
    lastUsedAt: {
      kind: 'personal',
      label: 'Last used',
      category: 'user.authorization',
      source: 'observed',
      mask: 'shown',
    },
    rowMac: { kind: 'technical', label: 'Proof that the row was not altered' },
  },
});

export const recoveryCode = pgTable(
  'recovery_code',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    codeHash: text('code_hash').notNull(),
    createdAt: moment('created_at').notNull(),
    usedAt: moment('used_at'),
    rowMac: text('row_mac').notNull(),
  },
  (t) => [
    uniqueIndex('recovery_code_hash_key').on(t.codeHash),
    index('recovery_code_subject').on(t.subjectId),
  ],
);

export const recoveryCodeEntry = erasedWithSubject(recoveryCode, {
  title: 'Recovery codes',
  about: 'When your recovery codes were made and used. The codes themselves are only hashes here.',
  section: 'security',
  subject: 'subjectId',
  source: 'derived',
  purposes: ['authenticate'],
  recipients: [],
  retention: 'account',
  order: 'createdAt',
  columns: {
    id: { kind: 'technical', label: 'Row id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    codeHash: { kind: 'secret', label: 'Code, hashed' },
    createdAt: { kind: 'personal', label: 'Made', category: 'user.authorization', mask: 'shown' },
    usedAt: {
      kind: 'personal',
      label: 'Used',
      category: 'user.authorization',
      source: 'observed',
      mask: 'shown',
    },
    rowMac: { kind: 'technical', label: 'Proof that the row was not altered' },
  },
});

export const sessionKinds = ['pending', 'user', 'recovery', 'staff', 'impersonation'] as const;
export type SessionKind = (typeof sessionKinds)[number];

export const session = pgTable(
  'session',
  {
    /** Keyed hash of the token in the cookie; the token itself is stored nowhere. */
    id: text('id').primaryKey(),
    /** The only name of a session that is ever shown. */
    handle: uuid('handle').notNull(),
    kind: text('kind', { enum: sessionKinds }).notNull(),
    subjectId: subjectId(),
    actorId: uuid('actor_id'),
    grantId: uuid('grant_id'),
    /** Authenticator assurance level, NIST SP 800-63B: 1 password, 2 password and second factor. */
    aal: smallint('aal').notNull(),
    methods: text('methods').array().notNull(),
    /** Wrong second-factor codes on this pending session; five end it. */
    failures: smallint('failures').notNull(),
    createdAt: moment('created_at').notNull(),
    authAt: moment('auth_at').notNull(),
    aal2At: moment('aal2_at'),
    stepUpAt: moment('step_up_at'),
    /** The one act this step-up was given for; null for the ordinary class. */
    stepUpFor: text('step_up_for', { enum: ['erasure_confirm', 'email_commit'] }),
    lastSeenAt: moment('last_seen_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    absoluteExpiresAt: moment('absolute_expires_at').notNull(),
    epoch: integer('epoch').notNull(),
    userAgentFamily: text('user_agent_family').notNull(),
    ipPrefix: text('ip_prefix').notNull(),
    rowMac: text('row_mac').notNull(),
  },
  (t) => [uniqueIndex('session_handle_key').on(t.handle), index('session_subject').on(t.subjectId)],
);

export const sessionEntry = erasedWithSubject(session, {
  title: 'Sessions',
  about: 'Where you are signed in.',
  section: 'security',
  subject: 'subjectId',
  source: 'observed',
  purposes: ['authenticate', 'platform_security'],
  recipients: [],
  retention: { period: 'P1D', from: 'absoluteExpiresAt' },
  order: 'createdAt',
  columns: {
    id: { kind: 'secret', label: 'Session token, hashed' },
    handle: { kind: 'technical', label: 'Session' },
    kind: { kind: 'technical', label: 'Kind' },
    subjectId: { kind: 'technical', label: 'Account id' },
    actorId: { kind: 'technical', label: 'Staff member' },
    grantId: { kind: 'technical', label: 'Grant' },
    aal: { kind: 'technical', label: 'Assurance level' },
    methods: {
      kind: 'personal',
      label: 'Signed in with',
      category: 'user.authorization',
      mask: 'shown',
    },
    failures: { kind: 'technical', label: 'Wrong codes' },
    createdAt: {
      kind: 'personal',
      label: 'Signed in',
      category: 'user.authorization',
      mask: 'shown',
    },
    authAt: { kind: 'technical', label: 'Password checked' },
    aal2At: { kind: 'technical', label: 'Second factor checked' },
    stepUpAt: { kind: 'technical', label: 'Second factor asked anew' },
    stepUpFor: { kind: 'technical', label: 'Asked anew for' },
    lastSeenAt: {
      kind: 'personal',
      label: 'Last active',
      category: 'user.authorization',
      mask: 'shown',
    },
    expiresAt: { kind: 'technical', label: 'Ends when idle' },
    absoluteExpiresAt: {
      kind: 'personal',
      label: 'Ends at the latest',
      category: 'user.authorization',
      source: 'derived',
      mask: 'shown',
    },
    epoch: { kind: 'technical', label: 'Generation' },
    userAgentFamily: {
      kind: 'personal',
      label: 'Browser and system',
      category: 'user.device',
      mask: 'shown',
    },
    ipPrefix: { kind: 'personal', label: 'Network', category: 'user.device.ip_address' },
    rowMac: { kind: 'technical', label: 'Proof that the row was not altered' },
  },
});

/** Wrong second factors of an account over all attempts and factors. */
export const factorGuard = pgTable('factor_guard', {
  subjectId: subjectId().primaryKey(),
  failures: smallint('failures').notNull(),
  windowStartedAt: moment('window_started_at').notNull(),
  closedUntil: moment('closed_until'),
});

export const factorGuardEntry = erasedWithSubject(factorGuard, {
  title: 'Wrong sign-in codes',
  about: 'How many wrong codes were entered lately, so that nobody can guess them.',
  section: 'security',
  subject: 'subjectId',
  source: 'observed',
  purposes: ['platform_security'],
  recipients: [],
  retention: { period: 'P1D', from: 'windowStartedAt' },
  order: 'windowStartedAt',
  columns: {
    subjectId: { kind: 'technical', label: 'Account id' },
    failures: {
      kind: 'personal',
      label: 'Wrong codes',
      category: 'user.authorization',
      mask: 'shown',
    },
    windowStartedAt: {
      kind: 'personal',
      label: 'Since',
      category: 'user.authorization',
      mask: 'shown',
    },
    closedUntil: {
      kind: 'personal',
      label: 'Code check closed until',
      category: 'user.authorization',
      mask: 'shown',
    },
  },
});

export const mailTokenPurposes = [
  'sign_up',
  'verify_email',
  'reset_password',
  'welcome',
  'staff_invite',
  'lost_factors',
  'factor_recovery',
] as const;

export const mailToken = pgTable(
  'mail_token',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    purpose: text('purpose', { enum: mailTokenPurposes }).notNull(),
    tokenHash: text('token_hash').notNull(),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (t) => [uniqueIndex('mail_token_hash_key').on(t.tokenHash)],
);

export const mailTokenEntry = erasedWithSubject(mailToken, {
  title: 'Links we mailed',
  about:
    'Single-use links: to open an account, prove a mailbox, set a new password, or recover lost sign-in devices.',
  section: 'security',
  subject: 'subjectId',
  source: 'derived',
  purposes: ['authenticate'],
  recipients: [],
  retention: { period: 'P1D', from: 'expiresAt' },
  order: 'createdAt',
  columns: {
    id: { kind: 'technical', label: 'Row id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    purpose: { kind: 'personal', label: 'For', category: 'user.authorization', mask: 'shown' },
    tokenHash: { kind: 'secret', label: 'Token, hashed' },
    createdAt: { kind: 'personal', label: 'Made', category: 'user.authorization', mask: 'shown' },
    expiresAt: { kind: 'technical', label: 'Usable until' },
    usedAt: {
      kind: 'personal',
      label: 'Used',
      category: 'user.authorization',
      source: 'observed',
      mask: 'shown',
    },
  },
});

/** Counters of attempts, by a keyed hash of what is limited. */
export const rateLimit = pgTable('rate_limit', {
  key: text('key').primaryKey(),
  points: integer('points').notNull(),
  expiresAt: moment('expires_at').notNull(),
});

export const rateLimitEntry = withoutSubject(rateLimit, {
  title: 'Attempt counters',
  about: 'How often something was tried lately, under keyed hashes.',
  key: 'system',
  retention: { period: 'P1D', from: 'expiresAt' },
  columns: {
    key: { kind: 'technical', label: 'Keyed hash' },
    points: { kind: 'technical', label: 'Attempts' },
    expiresAt: { kind: 'technical', label: 'Forgotten at' },
  },
});
