-- Browsers and networks from which somebody signed in keep a budget of wrong passwords of their own, so
-- that nobody else can lock them out.
CREATE TABLE known_place (
  subject_id uuid NOT NULL,
  kind text NOT NULL,
  place_hash text NOT NULL,
  first_seen_at timestamp (3) with time zone NOT NULL,
  last_seen_at timestamp (3) with time zone NOT NULL,
  CONSTRAINT known_place_subject_id_place_hash_pk PRIMARY KEY(subject_id,place_hash)
);
ALTER TABLE known_place ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON known_place TO portal_read, portal_write
  USING (subject_id = (SELECT nullif(current_setting('app.subject', true), '')::uuid))
  WITH CHECK (subject_id = (SELECT nullif(current_setting('app.subject', true), '')::uuid));
CREATE POLICY all_rows ON known_place TO portal_system USING (true) WITH CHECK (true);
GRANT SELECT ON known_place TO portal_read;
GRANT SELECT, INSERT, UPDATE, DELETE ON known_place TO portal_write, portal_system;
