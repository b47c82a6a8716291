-- Support asks for a copy or a deletion for a customer, who confirms it before anything is done.

ALTER TABLE data_subject_request
  ADD COLUMN asked_by text,
  ADD COLUMN asked_ticket text,
  ADD COLUMN confirm_by timestamp (3) with time zone,
  ADD COLUMN answer text,
  ADD COLUMN answered_at timestamp (3) with time zone,
  ADD CONSTRAINT data_subject_request_state CHECK (
    state IN ('waiting', 'running', 'completed', 'cancelled', 'failed', 'unconfirmed')),
  ADD CONSTRAINT data_subject_request_answer CHECK (answer IN ('confirmed', 'declined', 'lapsed')),
  ADD CONSTRAINT data_subject_request_asked_for CHECK (
    (asked_by IS NULL) = (asked_ticket IS NULL) AND (asked_by IS NULL) = (confirm_by IS NULL)
    AND (answer IS NULL) = (answered_at IS NULL) AND (asked_by IS NOT NULL OR answer IS NULL)
    AND (asked_by IS NULL OR kind IN ('portability', 'erasure'))),
  ADD CONSTRAINT data_subject_request_confirm_by CHECK (confirm_by <= received_at + interval '14 days'),
  -- While nobody has confirmed it there is the row and nothing else: no plan, no date, no code.
  ADD CONSTRAINT data_subject_request_unconfirmed CHECK (
    state <> 'unconfirmed' OR (asked_by IS NOT NULL AND answer IS NULL AND ended_at IS NULL
      AND executes_at IS NULL AND plan IS NULL AND plan_hash IS NULL AND receipt_code_hash IS NULL)),
  -- What was asked for somebody is worked on after their yes alone.
  ADD CONSTRAINT data_subject_request_confirmed CHECK (
    asked_by IS NULL OR state IN ('unconfirmed', 'cancelled') OR answer IS NOT DISTINCT FROM 'confirmed'),
  ADD CONSTRAINT data_subject_request_refused CHECK (
    answer IS NULL OR answer = 'confirmed' OR state = 'cancelled');
-- One of a kind waits for the customer at a time, beside what is open.
CREATE UNIQUE INDEX data_subject_request_unconfirmed_key ON data_subject_request USING btree (subject_id, kind)
  WHERE state = 'unconfirmed';
