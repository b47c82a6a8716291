-- Partitions are made by the portal as time passes, but only of these tables and only whole months.
CREATE FUNCTION ensure_month(parent text, month date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first_day constant date := date_trunc('month', month)::date;
  part constant text := format('%s_%s', parent, to_char(first_day, 'YYYY_MM'));
BEGIN
  IF parent NOT IN ('gpu_session', 'api_usage', 'connection_event', 'analytics_event', 'audit_event') THEN
    RAISE EXCEPTION 'not a partitioned table';
  END IF;
  IF to_regclass(part) IS NOT NULL THEN
    RETURN;
  END IF;
  BEGIN
    EXECUTE format(
      'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
      part, parent, first_day::text || ' 00:00:00+00', (first_day + interval '1 month')::date::text || ' 00:00:00+00');
  EXCEPTION WHEN duplicate_table THEN
    NULL;
  END;
END
$$;
REVOKE ALL ON FUNCTION ensure_month(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_month(text, date) TO portal_system;

-- Audit events go when their time has come and not before, whoever asks.
CREATE FUNCTION expire_audit_events(batch integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  gone bigint;
BEGIN
  WITH past AS (
    SELECT subject_id, occurred_at, id FROM audit_event e
    WHERE occurred_at < now() - interval '24 months'
      AND NOT EXISTS (
        SELECT 1 FROM legal_hold h WHERE h.subject_id = e.subject_id AND h.table_name = 'audit_event'
          AND (h.row_id IS NULL OR h.row_id = e.id) AND h.released_at IS NULL AND h.ends_at > now())
    LIMIT batch
  )
  DELETE FROM audit_event e USING past p
  WHERE e.subject_id = p.subject_id AND e.occurred_at = p.occurred_at AND e.id = p.id;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END
$$;
REVOKE ALL ON FUNCTION expire_audit_events(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION expire_audit_events(integer) TO portal_system;

-- A committed job wakes the runners.
CREATE FUNCTION wake_runners() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('job', '');
  RETURN NULL;
END
$$;
CREATE TRIGGER job_wakes_runners AFTER INSERT ON job FOR EACH STATEMENT EXECUTE FUNCTION wake_runners();

-- The last link of the chain "a yes needs the person": nobody rewrites what was said.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER consent_event_is_final BEFORE UPDATE ON consent_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_event_is_final BEFORE UPDATE ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
