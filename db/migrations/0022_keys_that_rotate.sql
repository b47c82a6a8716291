-- A version of the wrapping key that was retired is no more in the file of keys: what a process that still
-- remembers it would wrap under it could never be opened again. The database takes no such row.

ALTER TABLE key_check ADD COLUMN retired_at timestamp(3) with time zone;

CREATE FUNCTION refuse_retired_key() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM key_check c WHERE c.kek_version = NEW.kek_version AND c.retired_at IS NOT NULL) THEN
    RAISE EXCEPTION 'key version % was retired', NEW.kek_version USING ERRCODE = 'KR001';
  END IF;
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION refuse_retired_key() FROM PUBLIC;

CREATE TRIGGER key_in_use BEFORE INSERT OR UPDATE OF kek_version ON subject_key
  FOR EACH ROW EXECUTE FUNCTION refuse_retired_key();
CREATE TRIGGER key_in_use BEFORE INSERT OR UPDATE OF kek_version ON keep_key
  FOR EACH ROW EXECUTE FUNCTION refuse_retired_key();

CREATE INDEX subject_key_version ON subject_key (kek_version);

-- What makes an account one of staff is proved by a key outside the database. Who was added before has no
-- proof yet: an administrator of the machine sets it with `staff set`.
ALTER TABLE staff_member ADD COLUMN row_mac text NOT NULL DEFAULT '';
ALTER TABLE staff_member ALTER COLUMN row_mac DROP DEFAULT;
