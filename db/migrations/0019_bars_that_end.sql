-- What a legal bar keeps from its person is shown as soon as nothing bars it any more, which may be before
-- the day that was written with it: two people released the hold, or no hold came of it.

CREATE FUNCTION hold_reference(hold uuid) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'H-' || upper(right(replace(hold::text, '-', ''), 8))
$$;

-- Whether nothing bars any more what was kept back at a time `since`: an event, or a hold by its reference.
-- It runs as its owner: a person who may not see a hold is not to see either that there is none.
CREATE FUNCTION bar_has_ended(
  of_subject uuid, of_reference text, of_action text, since timestamp with time zone, at timestamp with time zone
) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH bars AS (
    SELECT h.*, h.released_at IS NOT NULL AND h.released_at <= at AS lifted,
      of_reference IS NOT NULL AND hold_reference(h.id) = of_reference AS own
    FROM legal_hold h
    WHERE h.subject_id = of_subject AND h.approved_at IS NOT NULL AND h.notice_from > at
  )
  SELECT
    -- With the release of a hold all there is about it is shown.
    EXISTS (SELECT 1 FROM bars WHERE own AND lifted)
    OR (
      -- Seven days are for a hold to be proposed and approved. That staff saw a list of holds shows with the
      -- release of the hold it was about.
      (since + interval '7 days' <= at
        OR of_action = 'hold.listed' AND EXISTS (SELECT 1 FROM bars WHERE lifted AND approved_at <= since AND released_at >= since))
      AND NOT EXISTS (SELECT 1 FROM bars WHERE NOT lifted AND (own OR approved_at <= since + interval '7 days'))
    )
$$;
REVOKE ALL ON FUNCTION bar_has_ended(uuid, text, text, timestamp with time zone, timestamp with time zone) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bar_has_ended(uuid, text, text, timestamp with time zone, timestamp with time zone)
  TO portal_read, portal_write, portal_system;

-- A proposal that was declined or has lapsed would give the next one away.
DROP POLICY told ON legal_hold;
CREATE POLICY told ON legal_hold AS RESTRICTIVE FOR SELECT TO portal_read, portal_write
  USING (notice_from IS NULL OR notice_from <= now()
    OR bar_has_ended(subject_id, hold_reference(id), 'hold.proposed', placed_at, now()));
