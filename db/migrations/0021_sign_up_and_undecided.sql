-- Who wants an account, until the mailbox is proved or a day has passed.
CREATE TABLE sign_up (
  subject_id uuid PRIMARY KEY,
  email text NOT NULL,
  email_index text NOT NULL,
  display_name text NOT NULL,
  country char(2) NOT NULL,
  time_zone text NOT NULL,
  requested_at timestamp (3) with time zone NOT NULL,
  expires_at timestamp (3) with time zone NOT NULL,
  -- Nothing keeps it longer, whatever the program says.
  CONSTRAINT sign_up_a_day CHECK (expires_at <= requested_at + interval '24 hours')
);
CREATE INDEX sign_up_email ON sign_up USING btree (email_index);

ALTER TABLE sign_up ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON sign_up TO portal_read, portal_write
  USING (subject_id = (SELECT nullif(current_setting('app.subject', true), '')::uuid))
  WITH CHECK (subject_id = (SELECT nullif(current_setting('app.subject', true), '')::uuid));
CREATE POLICY all_rows ON sign_up TO portal_system USING (true) WITH CHECK (true);
GRANT SELECT ON sign_up TO portal_read;
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_up TO portal_write, portal_system;

-- A recovery of lost factors that nobody decides ends after fourteen days; those that wait already, too.
INSERT INTO job (id, kind, subject_id, payload, run_at, attempts, max_attempts, state, dedupe_key, created_at)
SELECT gen_random_uuid(), 'lost_factors.undecided', subject_id, jsonb_build_object('recoveryId', id),
  opened_at + interval '14 days', 0, 20, 'ready', 'lost_factors.undecided:' || id, now()
FROM factor_recovery WHERE ended_at IS NULL AND approved_at IS NULL;
