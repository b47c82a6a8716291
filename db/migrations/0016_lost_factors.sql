-- A customer who lost every second factor: a case with a waiting time, which two people decide.

CREATE TABLE factor_recovery (
  id uuid PRIMARY KEY,
  subject_id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  stop_hash text NOT NULL,
  opened_at timestamp (3) with time zone NOT NULL,
  proposed_by uuid,
  proposed_label text,
  proposed_at timestamp (3) with time zone,
  proposal_reason text,
  approved_by uuid,
  approved_label text,
  approved_at timestamp (3) with time zone,
  ended_at timestamp (3) with time zone,
  ended_how text,
  restricted_until timestamp (3) with time zone,
  CONSTRAINT factor_recovery_proposed CHECK (
    (proposed_at IS NULL) = (proposed_by IS NULL) AND (proposed_at IS NULL) = (proposed_label IS NULL)
    AND (proposed_at IS NULL) = (proposal_reason IS NULL)),
  -- Nobody is heard before three days have passed, whatever the program says.
  CONSTRAINT factor_recovery_waits CHECK (proposed_at >= opened_at + interval '72 hours'),
  CONSTRAINT factor_recovery_approved CHECK (
    (approved_at IS NULL) = (approved_by IS NULL) AND (approved_at IS NULL) = (approved_label IS NULL)
    AND (approved_at IS NULL OR (proposed_at IS NOT NULL AND approved_at >= proposed_at))),
  CONSTRAINT factor_recovery_four_eyes CHECK (approved_by <> proposed_by),
  CONSTRAINT factor_recovery_ended CHECK ((ended_at IS NULL) = (ended_how IS NULL)),
  CONSTRAINT factor_recovery_enrolled CHECK (
    (ended_how IS NOT DISTINCT FROM 'enrolled') = (restricted_until IS NOT NULL)
    AND (restricted_until IS NULL OR (approved_at IS NOT NULL AND restricted_until >= ended_at + interval '168 hours')))
);
CREATE UNIQUE INDEX factor_recovery_open ON factor_recovery USING btree (subject_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX factor_recovery_ticket_key ON factor_recovery USING btree (ticket_id);
CREATE UNIQUE INDEX factor_recovery_stop_key ON factor_recovery USING btree (stop_hash);
CREATE INDEX factor_recovery_subject ON factor_recovery USING btree (subject_id, opened_at);

ALTER TABLE factor_recovery ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON factor_recovery TO portal_read, portal_write
  USING (subject_id = (SELECT nullif(current_setting('app.subject', true), '')::uuid))
  WITH CHECK (subject_id = (SELECT nullif(current_setting('app.subject', true), '')::uuid));
CREATE POLICY all_rows ON factor_recovery TO portal_system USING (true) WITH CHECK (true);
GRANT SELECT ON factor_recovery TO portal_read;
GRANT SELECT, INSERT, UPDATE, DELETE ON factor_recovery TO portal_write, portal_system;
