-- A new factor that came by a recovery can be taken away again for seven days: the ones it replaced are
-- set aside, work for nobody meanwhile, and come back.

ALTER TABLE totp_factor ADD COLUMN set_aside_by uuid;
ALTER TABLE totp_factor ADD COLUMN set_aside_at timestamp (3) with time zone;
ALTER TABLE totp_factor ADD CONSTRAINT totp_factor_set_aside CHECK (
  (set_aside_by IS NULL) = (set_aside_at IS NULL)
  -- Only a confirmed factor signs anybody in.
  AND (set_aside_by IS NULL OR confirmed_at IS NULL));

ALTER TABLE factor_recovery DROP CONSTRAINT factor_recovery_enrolled;
ALTER TABLE factor_recovery ADD CONSTRAINT factor_recovery_enrolled CHECK (
  (ended_how IS NOT NULL AND ended_how IN ('enrolled', 'undone')) = (restricted_until IS NOT NULL)
  AND (restricted_until IS NULL OR (approved_at IS NOT NULL AND restricted_until >= ended_at + interval '168 hours')));
