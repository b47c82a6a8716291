-- A month is made and dropped beside people who read. Neither waits for a lock that a reader holds, so
-- that nobody queues behind it, and nobody can wait for each other in a circle.

-- Made as a table of its own and attached: that needs a lock under which others go on reading and writing.
CREATE OR REPLACE FUNCTION ensure_month(parent text, month date) RETURNS void
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
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, parent);
  EXCEPTION WHEN duplicate_table OR duplicate_object OR unique_violation THEN
    -- Somebody else has just made it.
    RETURN;
  END;
  EXECUTE format(
    'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
    parent, part, first_day::text || ' 00:00:00+00', (first_day + interval '1 month')::date::text || ' 00:00:00+00');
END
$$;

-- The proof that a month is empty is made under a lock of that month alone that readers do not notice and
-- nobody can insert behind. The table itself is locked only for the drop, and only if it is free this moment:
-- a table somebody reads or writes is left for another time.
CREATE OR REPLACE FUNCTION drop_empty_month(parent text, month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '50ms' AS $$
DECLARE
  first_day constant date := date_trunc('month', month)::date;
  part constant text := format('%s_%s', parent, to_char(first_day, 'YYYY_MM'));
  filled boolean;
BEGIN
  IF parent NOT IN ('gpu_session', 'api_usage', 'connection_event', 'analytics_event', 'audit_event') THEN
    RAISE EXCEPTION 'not a partitioned table';
  END IF;
  IF first_day + interval '7 months' > now() OR to_regclass(part) IS NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('LOCK TABLE ONLY %I IN SHARE MODE NOWAIT', part);
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', part) INTO filled;
  IF filled THEN
    RETURN false;
  END IF;
  EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE NOWAIT', parent);
  EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE NOWAIT', part);
  EXECUTE format('DROP TABLE %I', part);
  RETURN true;
EXCEPTION WHEN lock_not_available THEN
  RETURN false;
END
$$;
