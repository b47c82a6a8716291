-- A hold may keep single fields: the rest of a row goes on its day, what is held of it is set aside until
-- the hold is over.

ALTER TABLE legal_hold
  ADD COLUMN fields text[],
  ADD COLUMN over_at timestamp (3) with time zone NOT NULL GENERATED ALWAYS AS (least(ends_at, released_at)) STORED,
  ADD CONSTRAINT legal_hold_fields CHECK (fields IS NULL OR cardinality(fields) BETWEEN 1 AND 40);

CREATE TABLE held_value (
  id uuid PRIMARY KEY,
  subject_id uuid NOT NULL,
  hold_id uuid NOT NULL,
  table_name text NOT NULL,
  row_id uuid NOT NULL,
  field text NOT NULL,
  value text NOT NULL,
  set_aside_at timestamp (3) with time zone NOT NULL,
  kept_until timestamp (3) with time zone NOT NULL
);
CREATE UNIQUE INDEX held_value_key ON held_value USING btree (hold_id, row_id, field);
CREATE INDEX held_value_subject ON held_value USING btree (subject_id, set_aside_at);

ALTER TABLE held_value ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON held_value TO portal_read, portal_write
  USING (subject_id = (SELECT nullif(current_setting('app.subject', true), '')::uuid))
  WITH CHECK (subject_id = (SELECT nullif(current_setting('app.subject', true), '')::uuid));
CREATE POLICY all_rows ON held_value TO portal_system USING (true) WITH CHECK (true);
-- What a legal bar keeps from the person is not given away by what its hold set aside.
CREATE POLICY told ON held_value AS RESTRICTIVE FOR SELECT TO portal_read, portal_write
  USING (EXISTS (SELECT 1 FROM legal_hold h WHERE h.id = hold_id));
GRANT SELECT ON held_value TO portal_read;
GRANT SELECT, INSERT, UPDATE, DELETE ON held_value TO portal_write, portal_system;
