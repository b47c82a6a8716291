-- Which of two choices is the later one is decided here: the clocks of several processes cannot tell, nor
-- can one clock within a millisecond. What was said before this is numbered by its time.
ALTER TABLE consent_event ADD COLUMN sequence bigint;
ALTER TABLE consent_event DISABLE TRIGGER consent_event_is_final;
UPDATE consent_event e SET sequence = n.position
  FROM (SELECT id, row_number() OVER (ORDER BY occurred_at, id) AS position FROM consent_event) n
  WHERE n.id = e.id;
ALTER TABLE consent_event ENABLE TRIGGER consent_event_is_final;
ALTER TABLE consent_event ALTER COLUMN sequence SET NOT NULL;
-- ALWAYS: no writer can choose a number of its own.
ALTER TABLE consent_event ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('consent_event', 'sequence'), coalesce(max(sequence), 0) + 1, false)
  FROM consent_event;
DROP INDEX consent_event_current;
CREATE UNIQUE INDEX consent_event_current ON consent_event USING btree (subject_id,topic,channel,sequence);
