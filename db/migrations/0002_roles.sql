-- Who may do what. The login role of DATABASE_URL owns the tables and migrates; the portal's
-- connections act as portal_system, and lower themselves to portal_read or portal_write for one
-- subject (withSubject). None of the three owns a table or bypasses row-level security.

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['portal_system', 'portal_read', 'portal_write'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT NOBYPASSRLS', name);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      -- Roles belong to the cluster; another database of it has made them.
      NULL;
    END;
    EXECUTE format('GRANT %I TO CURRENT_USER', name);
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', name);
  END LOOP;
END
$$;

-- That this database was seeded as a demo: production refuses it.
CREATE TABLE demo_seed (seeded_at timestamptz PRIMARY KEY);
GRANT SELECT, INSERT ON demo_seed TO portal_system;
GRANT SELECT ON migration TO portal_system;

-- Every table with a subject: its rows are visible to portal_read and portal_write only while
-- app.subject names the subject. After a transaction the setting reads as an empty string.
DO $$
DECLARE
  name text;
  own constant text := 'subject_id = (SELECT nullif(current_setting(''app.subject'', true), '''')::uuid)';
BEGIN
  FOR name IN
    SELECT c.relname FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'subject_id' AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relname <> 'job'
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_rows ON %I TO portal_read, portal_write USING (%s) WITH CHECK (%s)', name, own, own);
    EXECUTE format('CREATE POLICY all_rows ON %I TO portal_system USING (true) WITH CHECK (true)', name);
    EXECUTE format('GRANT SELECT ON %I TO portal_read', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO portal_write, portal_system', name);
  END LOOP;
END
$$;

-- Tables without a subject.
GRANT SELECT, INSERT, UPDATE, DELETE ON
  cookie_choice, portal_visit, organisation, service, service_key, holder, job, keep_key, key_check,
  farewell_mail, policy_version, erasure_receipt, rate_limit TO portal_system;
GRANT SELECT ON organisation, service, holder, policy_version TO portal_read, portal_write;
GRANT SELECT, INSERT ON job TO portal_write;
GRANT SELECT, INSERT, UPDATE, DELETE ON cookie_choice TO portal_write;

-- What happened and what was said is written once. Reads record who looked, so portal_read inserts too.
REVOKE UPDATE, DELETE ON audit_event FROM portal_write, portal_system;
REVOKE UPDATE, DELETE ON consent_event FROM portal_write;
REVOKE UPDATE ON consent_event FROM portal_system;
GRANT INSERT ON audit_event TO portal_read;
