-- What other systems have to do about a person's data, and what they answered.

-- The service under whose identity a holder asks for its tasks; none for one that is not connected.
ALTER TABLE holder ADD COLUMN service_id text;
ALTER TABLE holder ADD CONSTRAINT holder_service_key UNIQUE (service_id);

CREATE TABLE holder_task (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  request_id uuid NOT NULL,
  holder_id text NOT NULL,
  kind text NOT NULL,
  state text NOT NULL,
  payload text,
  answer text,
  created_at timestamp (3) with time zone NOT NULL,
  due_at timestamp (3) with time zone NOT NULL,
  available_at timestamp (3) with time zone,
  claimed_at timestamp (3) with time zone,
  lease_until timestamp (3) with time zone,
  answered_at timestamp (3) with time zone,
  ended_at timestamp (3) with time zone,
  used_at timestamp (3) with time zone,
  escalated_at timestamp (3) with time zone,
  attempts integer NOT NULL,
  answer_hash text,
  records integer,
  kept_records integer,
  kept_ground text,
  kept_until timestamp (3) with time zone,
  last_error text
);
CREATE UNIQUE INDEX holder_task_once_key ON holder_task USING btree (request_id,holder_id,kind);
CREATE INDEX holder_task_subject ON holder_task USING btree (subject_id,created_at);
CREATE INDEX holder_task_open ON holder_task USING btree (holder_id,available_at) WHERE ended_at IS NULL;

ALTER TABLE holder_task ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON holder_task TO portal_read, portal_write
  USING (subject_id = (SELECT nullif(current_setting('app.subject', true), '')::uuid))
  WITH CHECK (subject_id = (SELECT nullif(current_setting('app.subject', true), '')::uuid));
CREATE POLICY all_rows ON holder_task TO portal_system USING (true) WITH CHECK (true);
GRANT SELECT ON holder_task TO portal_read;
GRANT SELECT, INSERT, UPDATE, DELETE ON holder_task TO portal_write, portal_system;
