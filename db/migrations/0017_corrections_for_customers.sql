-- A correction that support asks for waits for its customer's yes as a copy and a deletion do.

ALTER TABLE data_subject_request
  DROP CONSTRAINT data_subject_request_asked_for,
  ADD CONSTRAINT data_subject_request_asked_for CHECK (
    (asked_by IS NULL) = (asked_ticket IS NULL) AND (asked_by IS NULL) = (confirm_by IS NULL)
    AND (answer IS NULL) = (answered_at IS NULL) AND (asked_by IS NOT NULL OR answer IS NULL));
-- Corrections of several fields may wait at once; about one field one case is open at a time.
DROP INDEX data_subject_request_unconfirmed_key;
CREATE UNIQUE INDEX data_subject_request_unconfirmed_key ON data_subject_request USING btree (subject_id, kind)
  WHERE state = 'unconfirmed' AND kind <> 'rectification';
