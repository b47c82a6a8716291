-- Passkeys beside authenticator apps, and a proof in every row that one can sign in with.

CREATE TABLE passkey (
  id uuid PRIMARY KEY,
  subject_id uuid NOT NULL,
  label text NOT NULL,
  credential_id text NOT NULL,
  credential_index text NOT NULL,
  public_key text NOT NULL,
  counter bigint NOT NULL,
  backup_eligible boolean NOT NULL,
  backed_up boolean NOT NULL,
  transports text[] NOT NULL,
  created_at timestamp (3) with time zone NOT NULL,
  last_used_at timestamp (3) with time zone,
  row_mac text NOT NULL
);
CREATE INDEX passkey_subject ON passkey USING btree (subject_id);
CREATE UNIQUE INDEX passkey_credential_key ON passkey USING btree (credential_index);

ALTER TABLE passkey ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON passkey TO portal_read, portal_write
  USING (subject_id = (SELECT nullif(current_setting('app.subject', true), '')::uuid))
  WITH CHECK (subject_id = (SELECT nullif(current_setting('app.subject', true), '')::uuid));
CREATE POLICY all_rows ON passkey TO portal_system USING (true) WITH CHECK (true);
GRANT SELECT ON passkey TO portal_read;
GRANT SELECT, INSERT, UPDATE, DELETE ON passkey TO portal_write, portal_system;

-- Nobody's: the hash alone knows whose session it was asked for. Roles that act for one subject have no part
-- in it.
CREATE TABLE webauthn_challenge (
  hash text PRIMARY KEY,
  purpose text NOT NULL,
  expires_at timestamp (3) with time zone NOT NULL
);
CREATE INDEX webauthn_challenge_expires ON webauthn_challenge USING btree (expires_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON webauthn_challenge TO portal_system;

-- An authenticator that was begun and not confirmed is begun again.
DELETE FROM totp_factor WHERE confirmed_at IS NULL;

-- The proofs are made with a key that the database does not have: the next start of the portal makes them,
-- of rows that nobody has written since this transaction (server/auth/adopt-factors.ts).
UPDATE totp_factor SET row_mac = 'before 0020 ' || row_mac;
ALTER TABLE recovery_code ADD COLUMN row_mac text;
UPDATE recovery_code SET row_mac = 'before 0020';
ALTER TABLE recovery_code ALTER COLUMN row_mac SET NOT NULL;
CREATE INDEX recovery_code_subject ON recovery_code USING btree (subject_id);
