-- The tables of db/schema. Partitioned ones get their months from ensure_month (0003).

CREATE TABLE account (
  subject_id uuid PRIMARY KEY NOT NULL,
  role text NOT NULL,
  status text NOT NULL,
  email text NOT NULL,
  email_index text NOT NULL,
  email_verified_at timestamp (3) with time zone,
  display_name text NOT NULL,
  phone text,
  company text,
  country char(2) NOT NULL,
  region text,
  language text NOT NULL,
  time_zone text NOT NULL,
  theme text NOT NULL,
  created_at timestamp (3) with time zone NOT NULL,
  session_epoch integer NOT NULL,
  support_access boolean NOT NULL
);

CREATE TABLE account_change (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  field text NOT NULL,
  old_value text,
  new_value text,
  changed_by text NOT NULL,
  changed_at timestamp (3) with time zone NOT NULL
);

CREATE TABLE email_change (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  old_email text NOT NULL,
  new_email text NOT NULL,
  new_email_index text NOT NULL,
  confirm_hash text NOT NULL,
  undo_hash text NOT NULL,
  requested_at timestamp (3) with time zone NOT NULL,
  expires_at timestamp (3) with time zone NOT NULL,
  confirmed_at timestamp (3) with time zone,
  undo_until timestamp (3) with time zone NOT NULL,
  ended_at timestamp (3) with time zone
);

CREATE TABLE analytics_event (
  id uuid NOT NULL,
  subject_id uuid NOT NULL,
  occurred_at timestamp (3) with time zone NOT NULL,
  name text NOT NULL,
  surface text NOT NULL,
  CONSTRAINT analytics_event_subject_id_occurred_at_id_pk PRIMARY KEY(subject_id,occurred_at,id)
) PARTITION BY RANGE (occurred_at);

CREATE TABLE audit_event (
  id uuid NOT NULL,
  subject_id uuid NOT NULL,
  occurred_at timestamp (3) with time zone NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_label text NOT NULL,
  action text NOT NULL,
  purpose text NOT NULL,
  outcome text NOT NULL,
  sections text[] NOT NULL,
  request_id text NOT NULL,
  session_handle uuid,
  reference text,
  details text,
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  log_origin text NOT NULL,
  visible_from timestamp (3) with time zone NOT NULL,
  row_mac text NOT NULL,
  CONSTRAINT audit_event_subject_id_occurred_at_id_pk PRIMARY KEY(subject_id,occurred_at,id)
) PARTITION BY RANGE (occurred_at);

CREATE TABLE factor_guard (
  subject_id uuid PRIMARY KEY NOT NULL,
  failures smallint NOT NULL,
  window_started_at timestamp (3) with time zone NOT NULL,
  closed_until timestamp (3) with time zone
);

CREATE TABLE mail_token (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  purpose text NOT NULL,
  token_hash text NOT NULL,
  created_at timestamp (3) with time zone NOT NULL,
  expires_at timestamp (3) with time zone NOT NULL,
  used_at timestamp (3) with time zone
);

CREATE TABLE password_credential (
  subject_id uuid PRIMARY KEY NOT NULL,
  hash text NOT NULL,
  changed_at timestamp (3) with time zone NOT NULL
);

CREATE TABLE rate_limit (
  key text PRIMARY KEY NOT NULL,
  points integer NOT NULL,
  expires_at timestamp (3) with time zone NOT NULL
);

CREATE TABLE recovery_code (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  code_hash text NOT NULL,
  created_at timestamp (3) with time zone NOT NULL,
  used_at timestamp (3) with time zone
);

CREATE TABLE session (
  id text PRIMARY KEY NOT NULL,
  handle uuid NOT NULL,
  kind text NOT NULL,
  subject_id uuid NOT NULL,
  actor_id uuid,
  grant_id uuid,
  aal smallint NOT NULL,
  methods text[] NOT NULL,
  failures smallint NOT NULL,
  created_at timestamp (3) with time zone NOT NULL,
  auth_at timestamp (3) with time zone NOT NULL,
  aal2_at timestamp (3) with time zone,
  step_up_at timestamp (3) with time zone,
  step_up_for text,
  last_seen_at timestamp (3) with time zone NOT NULL,
  expires_at timestamp (3) with time zone NOT NULL,
  absolute_expires_at timestamp (3) with time zone NOT NULL,
  epoch integer NOT NULL,
  user_agent_family text NOT NULL,
  ip_prefix text NOT NULL,
  row_mac text NOT NULL
);

CREATE TABLE totp_factor (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  label text NOT NULL,
  secret text NOT NULL,
  last_step integer NOT NULL,
  created_at timestamp (3) with time zone NOT NULL,
  confirmed_at timestamp (3) with time zone,
  last_used_at timestamp (3) with time zone,
  row_mac text NOT NULL
);

CREATE TABLE billing_profile (
  subject_id uuid PRIMARY KEY NOT NULL,
  legal_name text NOT NULL,
  address_line text NOT NULL,
  postal_code text NOT NULL,
  city text NOT NULL,
  country char(2) NOT NULL,
  tax_id text,
  updated_at timestamp (3) with time zone NOT NULL
);

CREATE TABLE invoice (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  number text NOT NULL,
  issued_at timestamp (3) with time zone NOT NULL,
  currency char(3) NOT NULL,
  net_cents bigint NOT NULL,
  tax_cents bigint NOT NULL,
  gross_cents bigint NOT NULL,
  country char(2) NOT NULL,
  paid_at timestamp (3) with time zone,
  recipient_name text NOT NULL,
  recipient_address text NOT NULL,
  recipient_tax_id text,
  payment_method_id uuid,
  note text,
  keep_id uuid
);

CREATE TABLE invoice_line (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  invoice_id uuid NOT NULL,
  description text NOT NULL,
  quantity integer NOT NULL,
  unit_cents bigint NOT NULL,
  amount_cents bigint NOT NULL,
  issued_at timestamp (3) with time zone NOT NULL,
  keep_id uuid
);

CREATE TABLE payment_method (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  brand text NOT NULL,
  last_four char(4) NOT NULL,
  expiry_month smallint NOT NULL,
  expiry_year smallint NOT NULL,
  processor_reference text NOT NULL,
  added_at timestamp (3) with time zone NOT NULL,
  removed_at timestamp (3) with time zone
);

CREATE TABLE consent_event (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  topic text NOT NULL,
  channel text NOT NULL,
  granted boolean NOT NULL,
  actor_kind text NOT NULL,
  session_handle uuid,
  source text NOT NULL,
  policy_version text NOT NULL,
  occurred_at timestamp (3) with time zone NOT NULL,
  CONSTRAINT consent_raise_needs_the_person CHECK (not granted or (actor_kind = 'subject' and session_handle is not null and source in ('preferences_page', 'cookie_page', 'cookie_banner', 'undo')))
);

CREATE TABLE cookie_choice (
  visitor_id uuid PRIMARY KEY NOT NULL,
  functional boolean NOT NULL,
  statistics boolean NOT NULL,
  source text NOT NULL,
  register_version integer NOT NULL,
  under_signal boolean NOT NULL,
  chosen_at timestamp (3) with time zone NOT NULL
);

CREATE TABLE opt_out_signal (
  subject_id uuid PRIMARY KEY NOT NULL,
  first_seen_at timestamp (3) with time zone NOT NULL,
  last_seen_at timestamp (3) with time zone NOT NULL,
  user_agent_family text NOT NULL
);

CREATE TABLE portal_visit (
  id uuid PRIMARY KEY NOT NULL,
  visit_id uuid NOT NULL,
  path text NOT NULL,
  occurred_at timestamp (3) with time zone NOT NULL
);

CREATE TABLE automated_decision (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  kind text NOT NULL,
  outcome text NOT NULL,
  milli_score integer,
  input_account_age_days integer,
  input_failed_payments integer,
  input_country_mismatch boolean,
  input_monthly_gpu_hours integer,
  effect text NOT NULL,
  decided_at timestamp (3) with time zone NOT NULL,
  reviewed_at timestamp (3) with time zone
);

CREATE TABLE connection_event (
  id uuid NOT NULL,
  subject_id uuid NOT NULL,
  occurred_at timestamp (3) with time zone NOT NULL,
  event text NOT NULL,
  ip_prefix text NOT NULL,
  user_agent_family text NOT NULL,
  CONSTRAINT connection_event_subject_id_occurred_at_id_pk PRIMARY KEY(subject_id,occurred_at,id)
) PARTITION BY RANGE (occurred_at);

CREATE TABLE device (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  family text NOT NULL,
  label text,
  first_seen_at timestamp (3) with time zone NOT NULL,
  last_seen_at timestamp (3) with time zone NOT NULL
);

CREATE TABLE legal_hold (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  table_name text NOT NULL,
  row_id uuid,
  ground text NOT NULL,
  placed_by text NOT NULL,
  placed_at timestamp (3) with time zone NOT NULL,
  ends_at timestamp (3) with time zone NOT NULL,
  released_at timestamp (3) with time zone
);

CREATE TABLE job (
  id uuid PRIMARY KEY NOT NULL,
  kind text NOT NULL,
  subject_id uuid,
  payload jsonb NOT NULL,
  run_at timestamp (3) with time zone NOT NULL,
  attempts integer NOT NULL,
  max_attempts integer NOT NULL,
  state text NOT NULL,
  last_error text,
  dedupe_key text,
  created_at timestamp (3) with time zone NOT NULL,
  finished_at timestamp (3) with time zone
);

CREATE TABLE keep_key (
  id uuid PRIMARY KEY NOT NULL,
  kek_version integer NOT NULL,
  wrapped text NOT NULL,
  ground text NOT NULL,
  created_at timestamp (3) with time zone NOT NULL,
  ends_at timestamp (3) with time zone NOT NULL
);

CREATE TABLE key_check (
  kek_version integer PRIMARY KEY NOT NULL,
  sealed_text text NOT NULL,
  created_at timestamp (3) with time zone NOT NULL
);

CREATE TABLE subject_key (
  subject_id uuid PRIMARY KEY NOT NULL,
  kek_version integer NOT NULL,
  wrapped text NOT NULL,
  created_at timestamp (3) with time zone NOT NULL
);

CREATE TABLE farewell_mail (
  id uuid PRIMARY KEY NOT NULL,
  keep_id uuid NOT NULL,
  dedupe_key text NOT NULL,
  to_address text,
  subject_line text NOT NULL,
  body_text text NOT NULL,
  state text NOT NULL,
  created_at timestamp (3) with time zone NOT NULL,
  sent_at timestamp (3) with time zone,
  CONSTRAINT farewell_mail_dedupe_key_unique UNIQUE(dedupe_key)
);

CREATE TABLE outbound_mail (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  template text NOT NULL,
  optional boolean NOT NULL,
  to_address text NOT NULL,
  subject_line text NOT NULL,
  body_text text NOT NULL,
  dedupe_key text NOT NULL,
  state text NOT NULL,
  created_at timestamp (3) with time zone NOT NULL,
  sent_at timestamp (3) with time zone
);

CREATE TABLE membership (
  organisation_id uuid NOT NULL,
  subject_id uuid NOT NULL,
  role text NOT NULL,
  joined_at timestamp (3) with time zone NOT NULL,
  CONSTRAINT membership_organisation_id_subject_id_pk PRIMARY KEY(organisation_id,subject_id)
);

CREATE TABLE organisation (
  id uuid PRIMARY KEY NOT NULL,
  name text NOT NULL,
  country char(2) NOT NULL,
  created_at timestamp (3) with time zone NOT NULL
);

CREATE TABLE notice (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  kind text NOT NULL,
  reference text,
  created_at timestamp (3) with time zone NOT NULL,
  read_at timestamp (3) with time zone
);

CREATE TABLE policy_version (
  version text PRIMARY KEY NOT NULL,
  content_hash text NOT NULL,
  published_at timestamp (3) with time zone NOT NULL,
  effective_at timestamp (3) with time zone NOT NULL
);

CREATE TABLE data_subject_request (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  reference text NOT NULL,
  kind text NOT NULL,
  state text NOT NULL,
  received_at timestamp (3) with time zone NOT NULL,
  due_at timestamp (3) with time zone NOT NULL,
  executes_at timestamp (3) with time zone,
  sections text[] NOT NULL,
  plan text,
  plan_hash text,
  field text,
  proposed_value text,
  receipt_code_hash text,
  ended_at timestamp (3) with time zone,
  failure text
);

CREATE TABLE erasure_receipt (
  code_hash text PRIMARY KEY NOT NULL,
  reference text NOT NULL,
  receipt text NOT NULL,
  signature text NOT NULL,
  issued_at timestamp (3) with time zone NOT NULL,
  CONSTRAINT erasure_receipt_reference_unique UNIQUE(reference)
);

CREATE TABLE export_archive (
  request_id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  object_name text NOT NULL,
  file_key text NOT NULL,
  plain_bytes bigint NOT NULL,
  sha256 text NOT NULL,
  snapshot_at timestamp (3) with time zone NOT NULL,
  ready_at timestamp (3) with time zone NOT NULL,
  expires_at timestamp (3) with time zone NOT NULL,
  deleted_at timestamp (3) with time zone,
  deleted_because text,
  downloads integer NOT NULL,
  last_download_at timestamp (3) with time zone
);

CREATE TABLE request_step (
  request_id uuid NOT NULL,
  position integer NOT NULL,
  subject_id uuid NOT NULL,
  name text NOT NULL,
  state text NOT NULL,
  rows_done bigint NOT NULL,
  rows_total bigint,
  started_at timestamp (3) with time zone,
  finished_at timestamp (3) with time zone,
  CONSTRAINT request_step_request_id_position_pk PRIMARY KEY(request_id,position)
);

CREATE TABLE disclosure (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  recipient text NOT NULL,
  table_name text NOT NULL,
  column_names text[] NOT NULL,
  purpose text NOT NULL,
  disclosed_at timestamp (3) with time zone NOT NULL
);

CREATE TABLE holder (
  id text PRIMARY KEY NOT NULL,
  name text NOT NULL,
  country char(2) NOT NULL,
  safeguard text NOT NULL
);

CREATE TABLE service (
  id text PRIMARY KEY NOT NULL,
  name text NOT NULL,
  about text NOT NULL,
  created_at timestamp (3) with time zone NOT NULL
);

CREATE TABLE service_key (
  id text PRIMARY KEY NOT NULL,
  service_id text NOT NULL,
  public_key text NOT NULL,
  status text NOT NULL,
  created_at timestamp (3) with time zone NOT NULL,
  not_after timestamp (3) with time zone,
  last_used_at timestamp (3) with time zone
);

CREATE TABLE support_message (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  author text NOT NULL,
  author_label text NOT NULL,
  body text NOT NULL,
  sent_at timestamp (3) with time zone NOT NULL
);

CREATE TABLE support_ticket (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  reference text NOT NULL,
  subject_line text NOT NULL,
  state text NOT NULL,
  opened_at timestamp (3) with time zone NOT NULL,
  closed_at timestamp (3) with time zone,
  CONSTRAINT support_ticket_reference_unique UNIQUE(reference)
);

CREATE TABLE api_key (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  label text NOT NULL,
  last_four text NOT NULL,
  key_hash text NOT NULL,
  created_at timestamp (3) with time zone NOT NULL,
  last_used_at timestamp (3) with time zone,
  revoked_at timestamp (3) with time zone
);

CREATE TABLE api_usage (
  id uuid NOT NULL,
  subject_id uuid NOT NULL,
  api_key_id uuid,
  method text NOT NULL,
  route text NOT NULL,
  status integer NOT NULL,
  bytes bigint NOT NULL,
  used_at timestamp (3) with time zone NOT NULL,
  CONSTRAINT api_usage_subject_id_used_at_id_pk PRIMARY KEY(subject_id,used_at,id)
) PARTITION BY RANGE (used_at);

CREATE TABLE gpu_session (
  id uuid NOT NULL,
  subject_id uuid NOT NULL,
  gpu_type text,
  gpu_count integer NOT NULL,
  milli_gpu integer NOT NULL,
  cpu_milli integer NOT NULL,
  memory_mib integer NOT NULL,
  data_centre text NOT NULL,
  image text,
  quality_of_service text,
  started_at timestamp (3) with time zone NOT NULL,
  ended_at timestamp (3) with time zone,
  gpu_seconds bigint NOT NULL,
  bytes_in bigint NOT NULL,
  bytes_out bigint NOT NULL,
  source_system text NOT NULL,
  source_key text,
  CONSTRAINT gpu_session_subject_id_started_at_id_pk PRIMARY KEY(subject_id,started_at,id)
) PARTITION BY RANGE (started_at);

CREATE TABLE ingest_key (
  sender text NOT NULL,
  key text NOT NULL,
  subject_id uuid NOT NULL,
  content_hash text NOT NULL,
  received_at timestamp (3) with time zone NOT NULL,
  CONSTRAINT ingest_key_sender_key_pk PRIMARY KEY(sender,key)
);

CREATE TABLE ssh_key (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  label text NOT NULL,
  fingerprint text NOT NULL,
  created_at timestamp (3) with time zone NOT NULL,
  last_used_at timestamp (3) with time zone,
  revoked_at timestamp (3) with time zone
);

CREATE TABLE volume (
  id uuid PRIMARY KEY NOT NULL,
  subject_id uuid NOT NULL,
  label text NOT NULL,
  size_gib integer NOT NULL,
  data_centre text NOT NULL,
  created_at timestamp (3) with time zone NOT NULL,
  removed_at timestamp (3) with time zone
);

CREATE UNIQUE INDEX account_email_index_key ON account USING btree (email_index);
CREATE UNIQUE INDEX email_change_confirm_key ON email_change USING btree (confirm_hash);
CREATE UNIQUE INDEX email_change_undo_key ON email_change USING btree (undo_hash);
CREATE INDEX audit_event_session ON audit_event USING btree (subject_id,session_handle);
CREATE UNIQUE INDEX mail_token_hash_key ON mail_token USING btree (token_hash);
CREATE UNIQUE INDEX recovery_code_hash_key ON recovery_code USING btree (code_hash);
CREATE UNIQUE INDEX session_handle_key ON session USING btree (handle);
CREATE INDEX session_subject ON session USING btree (subject_id);
CREATE INDEX totp_factor_subject ON totp_factor USING btree (subject_id);
CREATE UNIQUE INDEX invoice_number_key ON invoice USING btree (number);
CREATE INDEX invoice_subject ON invoice USING btree (subject_id,issued_at);
CREATE INDEX invoice_line_subject ON invoice_line USING btree (subject_id,issued_at);
CREATE INDEX payment_method_subject ON payment_method USING btree (subject_id);
CREATE INDEX consent_event_current ON consent_event USING btree (subject_id,topic,channel,occurred_at);
CREATE INDEX automated_decision_subject ON automated_decision USING btree (subject_id,decided_at);
CREATE INDEX device_subject ON device USING btree (subject_id);
CREATE INDEX legal_hold_subject ON legal_hold USING btree (subject_id);
CREATE INDEX job_ready ON job USING btree (run_at) WHERE state = 'ready';
CREATE UNIQUE INDEX job_dedupe_key ON job USING btree (dedupe_key) WHERE state = 'ready';
CREATE UNIQUE INDEX outbound_mail_dedupe_key ON outbound_mail USING btree (dedupe_key);
CREATE INDEX outbound_mail_subject ON outbound_mail USING btree (subject_id,created_at);
CREATE INDEX membership_subject ON membership USING btree (subject_id);
CREATE INDEX notice_subject ON notice USING btree (subject_id,created_at);
CREATE UNIQUE INDEX data_subject_request_reference_key ON data_subject_request USING btree (reference);
CREATE UNIQUE INDEX data_subject_request_open_key ON data_subject_request USING btree (subject_id,kind) WHERE state in ('waiting', 'running') and kind <> 'rectification';
CREATE INDEX data_subject_request_subject ON data_subject_request USING btree (subject_id,received_at);
CREATE INDEX disclosure_subject ON disclosure USING btree (subject_id,recipient,disclosed_at);
CREATE INDEX support_message_subject ON support_message USING btree (subject_id,sent_at);
CREATE INDEX support_ticket_subject ON support_ticket USING btree (subject_id);
CREATE INDEX api_key_subject ON api_key USING btree (subject_id);
CREATE INDEX ingest_key_subject ON ingest_key USING btree (subject_id);
CREATE INDEX ssh_key_subject ON ssh_key USING btree (subject_id);
CREATE INDEX volume_subject ON volume USING btree (subject_id);
