-- A month goes only when nothing is left in it: rows are deleted one by one, each on its own date, and
-- what is held stays. The proof is made here, under the lock that nobody can insert behind, so that no
-- caller can drop what it did not delete. Months that late reports may still reach are never dropped.
CREATE FUNCTION drop_empty_month(parent text, month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
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
  BEGIN
    EXECUTE format('LOCK TABLE ONLY %I, %I IN ACCESS EXCLUSIVE MODE', parent, part);
  EXCEPTION WHEN lock_not_available THEN
    RETURN false;
  END;
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', part) INTO filled;
  IF filled THEN
    RETURN false;
  END IF;
  EXECUTE format('DROP TABLE %I', part);
  RETURN true;
END
$$;
REVOKE ALL ON FUNCTION drop_empty_month(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_empty_month(text, date) TO portal_system;
