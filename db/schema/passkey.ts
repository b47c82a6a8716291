import { bigint, boolean, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject, withoutSubject } from '../data-map/define.ts';
import { moment, sealed, subjectId } from './column.ts';

export const passkey = pgTable(
  'passkey',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    label: sealed('label').notNull(),
    credentialId: sealed('credential_id').notNull(),
    /** Keyed hash of the credential's id: how a passkey is found before anybody is recognised. */
    credentialIndex: text('credential_index').notNull(),
    /** COSE key, base64url. It can only check; the private half never leaves the device. */
    publicKey: text('public_key').notNull(),
    /** Uses as the device last counted them; many count none. */
    counter: bigint('counter', { mode: 'number' }).notNull(),
    /** Whether it can be copied to other devices of its person, and is; fixed by the device. */
    backupEligible: boolean('backup_eligible').notNull(),
    backedUp: boolean('backed_up').notNull(),
    transports: text('transports').array().notNull(),
    createdAt: moment('created_at').notNull(),
    lastUsedAt: moment('last_used_at'),
    rowMac: text('row_mac').notNull(),
  },
  (t) => [
    index('passkey_subject').on(t.subjectId),
    uniqueIndex('passkey_credential_key').on(t.credentialIndex),
  ],
);

export const passkeyEntry = erasedWithSubject(passkey, {
  title: 'Passkeys',
  about: 'The passkeys you sign in with. We keep a key that can only check, never the passkey.',
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
    credentialId: { kind: 'secret', label: 'Number of the passkey', storage: 'sealed' },
    credentialIndex: { kind: 'secret', label: 'Number of the passkey, hashed' },
    publicKey: { kind: 'technical', label: 'Key that checks' },
    counter: { kind: 'technical', label: 'Uses counted by the device' },
    backupEligible: { kind: 'technical', label: 'Can be on several devices' },
    backedUp: { kind: 'technical', label: 'Is on several devices' },
    transports: { kind: 'technical', label: 'How the device is reached' },
    createdAt: {
      kind: 'personal',
      label: 'Added',
      category: 'user.authorization',
      source: 'observed',
      mask: 'shown',
    },
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

export const challengePurposes = [
  'sign_in',
  'second_factor',
  'enrol',
  'step_up',
  'step_up.erasure_confirm',
  'step_up.email_commit',
  'recovery',
  'add',
  'renew',
] as const;
export type ChallengePurpose = (typeof challengePurposes)[number];

/** What a passkey is asked to sign, once. Of whose session it was asked for, the hash alone knows. */
export const webauthnChallenge = pgTable(
  'webauthn_challenge',
  {
    /** Keyed hash of the challenge with its door, its purpose and its session. */
    hash: text('hash').primaryKey(),
    purpose: text('purpose', { enum: challengePurposes }).notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [index('webauthn_challenge_expires').on(t.expiresAt)],
);

export const webauthnChallengeEntry = withoutSubject(webauthnChallenge, {
  title: 'Questions to passkeys',
  about: 'Random numbers for passkeys to sign once, under keyed hashes.',
  key: 'system',
  retention: { period: 'P1D', from: 'expiresAt' },
  columns: {
    hash: { kind: 'technical', label: 'Keyed hash' },
    purpose: { kind: 'technical', label: 'For' },
    expiresAt: { kind: 'technical', label: 'Usable until' },
  },
});
