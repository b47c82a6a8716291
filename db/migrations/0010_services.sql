-- What EaseLLM's services may ask, what they asked, and what they are told.

ALTER TABLE service_key ADD COLUMN not_before timestamp (3) with time zone;
UPDATE service_key SET not_before = created_at;
ALTER TABLE service_key ALTER COLUMN not_before SET NOT NULL;
CREATE INDEX service_key_service ON service_key USING btree (service_id);

CREATE TABLE service_scope (
  service_id text NOT NULL,
  procedure text NOT NULL,
  purposes text[] NOT NULL,
  max_subjects_per_day integer NOT NULL,
  granted_at timestamp (3) with time zone NOT NULL,
  CONSTRAINT service_scope_service_id_procedure_pk PRIMARY KEY(service_id,procedure)
);

CREATE TABLE spent_call (
  service_id text NOT NULL,
  call_id text NOT NULL,
  expires_at timestamp (3) with time zone NOT NULL,
  CONSTRAINT spent_call_service_id_call_id_pk PRIMARY KEY(service_id,call_id)
);

CREATE TABLE service_day (
  service_id text NOT NULL,
  procedure text NOT NULL,
  day timestamp (3) with time zone NOT NULL,
  subjects integer NOT NULL,
  CONSTRAINT service_day_service_id_procedure_day_pk PRIMARY KEY(service_id,procedure,day)
);

CREATE TABLE service_day_subject (
  service_id text NOT NULL,
  procedure text NOT NULL,
  day timestamp (3) with time zone NOT NULL,
  subject_id uuid NOT NULL,
  CONSTRAINT service_day_subject_service_id_procedure_day_subject_id_pk PRIMARY KEY(service_id,procedure,day,subject_id)
);

CREATE TABLE contact_decision (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  service_id text NOT NULL,
  topic text NOT NULL,
  channel text NOT NULL,
  allowed boolean NOT NULL,
  reason text NOT NULL,
  receipt_id uuid,
  purpose text NOT NULL,
  decided_at timestamp (3) with time zone NOT NULL
);

CREATE TABLE subject_event (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  kind text NOT NULL,
  codes text[] NOT NULL,
  occurred_at timestamp (3) with time zone NOT NULL,
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  position bigint
);

CREATE TABLE erased_account (
  account_id uuid PRIMARY KEY NOT NULL,
  erased_at timestamp (3) with time zone NOT NULL,
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  position bigint
);

CREATE INDEX spent_call_expiry ON spent_call USING btree (expires_at);
CREATE INDEX service_day_subject_subject ON service_day_subject USING btree (subject_id);
CREATE INDEX contact_decision_subject ON contact_decision USING btree (subject_id,decided_at);
CREATE INDEX subject_event_subject ON subject_event USING btree (subject_id,occurred_at);
CREATE INDEX subject_event_position ON subject_event USING btree (position);
CREATE INDEX subject_event_waiting ON subject_event USING btree (xid) WHERE position is null;
CREATE INDEX erased_account_position ON erased_account USING btree (position);
CREATE INDEX erased_account_waiting ON erased_account USING btree (xid) WHERE position is null;

-- One order of all that services are told, from which nothing is taken back.
CREATE SEQUENCE service_event_position;
GRANT USAGE ON SEQUENCE service_event_position TO portal_system;

-- As in 0002: rows of a subject are visible only while app.subject names it.
DO $$
DECLARE
  name text;
  own constant text := 'subject_id = (SELECT nullif(current_setting(''app.subject'', true), '''')::uuid)';
BEGIN
  FOREACH name IN ARRAY ARRAY['service_day_subject', 'contact_decision', 'subject_event'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_rows ON %I TO portal_read, portal_write USING (%s) WITH CHECK (%s)', name, own, own);
    EXECUTE format('CREATE POLICY all_rows ON %I TO portal_system USING (true) WITH CHECK (true)', name);
    EXECUTE format('GRANT SELECT ON %I TO portal_read', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO portal_write, portal_system', name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT, UPDATE, DELETE ON
  service_scope, spent_call, service_day, erased_account TO portal_system;

-- What was answered is written once; that an account is gone is never taken back.
REVOKE UPDATE ON contact_decision FROM portal_write, portal_system;
CREATE TRIGGER contact_decision_is_final BEFORE UPDATE ON contact_decision FOR EACH ROW EXECUTE FUNCTION refuse_change();
