-- What a legal bar keeps from its person is shown as soon as nothing bars it any more, which may be before
-- the day that was written with it: two people released the hold, or no hold came of it.

CREATE FUNCTION hold_reference(hold uuid) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'H-' || upper(right(replace(hold::text, '-', ''), 8))
$$;

-- Whether nothing bars any more what was kept back at a time `since`: an event, or a hold by its reference.
-- It runs as its owner: a person who may not see a hold is not to see either that there is none. What it has
-- once let show it never hides again: a hold that is proposed later bars nothing of before.
CREATE FUNCTION bar_has_ended(
  of_subject uuid, of_reference text, of_action text, since timestamp with time zone, at timestamp with time zone
) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH h AS (
    SELECT l.*,
      l.approved_at IS NOT NULL AND l.released_at <= at AS lifted,
      hold_reference(l.id) = of_reference AS own,
      -- A proposal bars for the seven days in which a second person may approve it, and an hour for one who
      -- was about to.
      l.notice_from > at AND CASE WHEN l.approved_at IS NULL
        THEN l.released_at IS NULL AND l.placed_at + interval '7 days 1 hour' > at
        ELSE l.released_at IS NULL OR l.released_at > at END AS bars
    FROM legal_hold l WHERE l.subject_id = of_subject AND l.notice_from IS NOT NULL
  )
  SELECT
    -- With the release of a hold all there is about it is shown.
    EXISTS (SELECT 1 FROM h WHERE own AND lifted)
    -- Seven days are for a hold to be proposed.
    OR (since + interval '7 days 1 hour' <= at
      AND NOT EXISTS (SELECT 1 FROM h WHERE bars AND (own OR placed_at <= since + interval '7 days')))
    -- That staff saw a list of holds shows with the release of one that was on it, unless another barred it then.
    OR (of_action = 'hold.listed' AND EXISTS (
      SELECT 1 FROM h AS l WHERE l.lifted AND l.approved_at <= since AND l.released_at >= since
        AND NOT EXISTS (SELECT 1 FROM h AS o WHERE o.bars AND o.placed_at < l.released_at)))
$$;
REVOKE ALL ON FUNCTION bar_has_ended(uuid, text, text, timestamp with time zone, timestamp with time zone) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bar_has_ended(uuid, text, text, timestamp with time zone, timestamp with time zone)
  TO portal_read, portal_write, portal_system;

-- A proposal that was declined or has lapsed would give the next one away.
DROP POLICY told ON legal_hold;
CREATE POLICY told ON legal_hold AS RESTRICTIVE FOR SELECT TO portal_read, portal_write
  USING (notice_from IS NULL OR notice_from <= now()
    OR bar_has_ended(subject_id, hold_reference(id), 'hold.proposed', placed_at, now()));
