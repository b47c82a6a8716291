-- A hold is proposed by one member of staff and approved by another; so is its release.

ALTER TABLE legal_hold
  ADD COLUMN reason text,
  ADD COLUMN note text,
  ADD COLUMN notice_from timestamp (3) with time zone,
  ADD COLUMN approved_by text,
  ADD COLUMN approved_at timestamp (3) with time zone,
  ADD COLUMN release_asked_by text,
  ADD COLUMN release_asked_at timestamp (3) with time zone,
  ADD COLUMN released_by text;

-- What was held before there were two goes on being held until its end, and says that one placed it.
UPDATE legal_hold SET approved_by = 'before two were needed', approved_at = placed_at;
UPDATE legal_hold SET release_asked_by = placed_by, release_asked_at = released_at, released_by = 'before two were needed'
  WHERE released_at IS NOT NULL;

ALTER TABLE legal_hold
  ADD CONSTRAINT legal_hold_approved CHECK ((approved_at IS NULL) = (approved_by IS NULL)),
  ADD CONSTRAINT legal_hold_four_eyes CHECK (approved_by <> placed_by),
  -- Without an approval the end of a proposal needs one person: nothing was held by it.
  ADD CONSTRAINT legal_hold_release_four_eyes CHECK (
    released_at IS NULL OR (released_by IS NOT NULL AND
      (approved_at IS NULL OR (release_asked_by IS NOT NULL AND released_by <> release_asked_by)))),
  ADD CONSTRAINT legal_hold_has_an_end CHECK (ends_at <= placed_at + interval '12 months') NOT VALID,
  -- Silence needs the order of an authority, and ends with the hold at the latest.
  ADD CONSTRAINT legal_hold_bar CHECK (notice_from IS NULL OR (ground = 'authority_order' AND notice_from <= ends_at));

-- The person's own role does not see what a legal bar keeps from them, wherever it is read.
CREATE POLICY told ON legal_hold AS RESTRICTIVE FOR SELECT TO portal_read, portal_write
  USING (notice_from IS NULL OR notice_from <= now() OR released_at IS NOT NULL OR ends_at <= now());

-- The queue of all requests, by the day on which they are due.
CREATE INDEX data_subject_request_due ON data_subject_request USING btree (due_at, id);
CREATE INDEX legal_hold_open ON legal_hold USING btree (ends_at) WHERE released_at IS NULL;

CREATE OR REPLACE FUNCTION expire_audit_events(batch integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  gone bigint;
BEGIN
  WITH past AS (
    SELECT subject_id, occurred_at, id FROM audit_event e
    WHERE occurred_at < now() - interval '24 months'
      AND NOT EXISTS (
        SELECT 1 FROM legal_hold h WHERE h.subject_id = e.subject_id AND h.table_name = 'audit_event'
          AND (h.row_id IS NULL OR h.row_id = e.id) AND h.approved_at IS NOT NULL
          AND h.released_at IS NULL AND h.ends_at > now())
    LIMIT batch
  )
  DELETE FROM audit_event e USING past p
  WHERE e.subject_id = p.subject_id AND e.occurred_at = p.occurred_at AND e.id = p.id;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END
$$;
