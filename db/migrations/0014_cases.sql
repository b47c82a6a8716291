-- A support ticket becomes a case: of a kind, with a clock, somebody who works on it, and a decision.

ALTER TABLE support_ticket
  ADD COLUMN kind text NOT NULL DEFAULT 'question',
  ADD COLUMN due_at timestamp (3) with time zone,
  ADD COLUMN assigned_to uuid,
  ADD COLUMN assigned_label text,
  ADD COLUMN about_kind text,
  ADD COLUMN about_id text,
  ADD COLUMN proposed_value text,
  ADD COLUMN request_reference text,
  ADD COLUMN decision text,
  ADD COLUMN decision_reason text,
  ADD COLUMN decided_by text,
  ADD COLUMN decided_at timestamp (3) with time zone;
UPDATE support_ticket SET due_at = opened_at + interval '5 days';
ALTER TABLE support_ticket
  ALTER COLUMN kind DROP DEFAULT,
  ALTER COLUMN due_at SET NOT NULL,
  ADD CHECK ((assigned_to IS NULL) = (assigned_label IS NULL)),
  ADD CHECK ((about_kind IS NULL) = (about_id IS NULL)),
  -- What is decided says when; whoever decides gives their label and the reason.
  ADD CHECK ((decision IS NULL) = (decided_at IS NULL)),
  ADD CHECK (decision IS NULL OR decision = 'withdrawn' OR (decision_reason IS NOT NULL AND decided_by IS NOT NULL));
CREATE INDEX support_ticket_queue ON support_ticket USING btree (due_at, id);
-- One open case about one thing.
CREATE UNIQUE INDEX support_ticket_about_key ON support_ticket USING btree (subject_id, about_kind, about_id) WHERE state <> 'closed';
