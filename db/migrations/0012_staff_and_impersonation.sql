-- Staff of EaseLLM, and leave to view a customer's account.

CREATE TABLE staff_member (
  account_id uuid PRIMARY KEY NOT NULL,
  label text NOT NULL,
  training_valid_until timestamp (3) with time zone NOT NULL,
  confidentiality_valid_until timestamp (3) with time zone NOT NULL,
  added_at timestamp (3) with time zone NOT NULL,
  disabled_at timestamp (3) with time zone
);
CREATE UNIQUE INDEX staff_member_label_key ON staff_member USING btree (label);
GRANT SELECT, INSERT, UPDATE, DELETE ON staff_member TO portal_system;

CREATE TABLE impersonation_grant (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  actor_id uuid NOT NULL CHECK (actor_id <> subject_id),
  actor_label text NOT NULL,
  staff_session uuid NOT NULL,
  ticket text NOT NULL,
  category text NOT NULL,
  reason text NOT NULL,
  scope text[] NOT NULL CHECK (cardinality(scope) > 0),
  created_at timestamp (3) with time zone NOT NULL,
  -- Fifteen minutes, and fifteen more if the customer agrees.
  not_after timestamp (3) with time zone NOT NULL CHECK (not_after <= created_at + interval '30 minutes'),
  extension_asked_at timestamp (3) with time zone,
  extension_answered_at timestamp (3) with time zone,
  extension_answer text,
  ended_at timestamp (3) with time zone,
  ended_by text,
  row_mac text NOT NULL,
  CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
  CHECK ((extension_answered_at IS NULL) = (extension_answer IS NULL)),
  CHECK (not_after <= created_at + interval '15 minutes' OR extension_answer = 'approved')
);
-- One at a time for each member of support.
CREATE UNIQUE INDEX impersonation_grant_open ON impersonation_grant USING btree (actor_id) WHERE ended_at IS NULL;
CREATE INDEX impersonation_grant_subject ON impersonation_grant USING btree (subject_id, created_at);

-- The same protection for every later table with a subject.
CREATE FUNCTION protect_subject_rows(name regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  own constant text := 'subject_id = (SELECT nullif(current_setting(''app.subject'', true), '''')::uuid)';
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', name);
  EXECUTE format('CREATE POLICY own_rows ON %s TO portal_read, portal_write USING (%s) WITH CHECK (%s)', name, own, own);
  EXECUTE format('CREATE POLICY all_rows ON %s TO portal_system USING (true) WITH CHECK (true)', name);
  EXECUTE format('GRANT SELECT ON %s TO portal_read', name);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO portal_write, portal_system', name);
END
$$;
SELECT protect_subject_rows('impersonation_grant');
