-- +goose Up
CREATE TABLE accounts (
  app_id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  verified INTEGER NOT NULL DEFAULT 0,
  original_id TEXT NOT NULL DEFAULT '',
  mode TEXT NOT NULL,
  token BLOB NOT NULL,
  previous_token BLOB NOT NULL,
  aes_key BLOB NOT NULL,
  previous_aes_key BLOB NOT NULL,
  secret BLOB NOT NULL,
  office_hours TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (app_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE citizens (
  uid TEXT NOT NULL,
  app_id TEXT NOT NULL,
  openid BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (uid)
) STRICT, WITHOUT ROWID;

CREATE TABLE interactions (
  id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  event_key TEXT NOT NULL,
  uid TEXT NOT NULL,
  thread TEXT NOT NULL,
  channel TEXT NOT NULL,
  dir TEXT NOT NULL,
  actor TEXT NOT NULL,
  kind TEXT NOT NULL,
  content TEXT NOT NULL,
  at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  stored_at INTEGER NOT NULL,
  local_day INTEGER NOT NULL,
  local_hour INTEGER NOT NULL,
  local_minute INTEGER NOT NULL,
  weekday INTEGER NOT NULL,
  reply_to TEXT NOT NULL,
  matched INTEGER NOT NULL,
  ok INTEGER NOT NULL,
  err_code INTEGER NOT NULL,
  topic TEXT NOT NULL,
  staff TEXT NOT NULL,
  retry_count INTEGER NOT NULL,
  probe INTEGER NOT NULL,
  menu_click INTEGER NOT NULL,
  parse_status TEXT NOT NULL,
  warnings TEXT NOT NULL,
  rule_id INTEGER NOT NULL,
  rule_name TEXT NOT NULL,
  rules_version INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  latency_us INTEGER NOT NULL,
  truncated INTEGER NOT NULL,
  raw BLOB NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX interactions_event_key ON interactions (event_key, app_id);
CREATE INDEX interactions_time ON interactions (app_id, at, id);
CREATE INDEX interactions_thread ON interactions (uid, at, id);

CREATE TABLE deliveries (
  spool_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  event_key TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  wx_timestamp INTEGER NOT NULL,
  nonce TEXT NOT NULL,
  signature TEXT NOT NULL,
  body_sha256 TEXT NOT NULL,
  encrypted INTEGER NOT NULL,
  previous_key INTEGER NOT NULL,
  skew_us INTEGER NOT NULL,
  number INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  latency_us INTEGER NOT NULL,
  PRIMARY KEY (spool_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_time ON deliveries (received_at);

CREATE TABLE dialogues (
  uid TEXT NOT NULL,
  app_id TEXT NOT NULL,
  state BLOB NOT NULL,
  updated_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX dialogues_updated ON dialogues (updated_at);

CREATE TABLE rules (
  id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  name_key TEXT NOT NULL,
  name TEXT NOT NULL,
  live_version INTEGER NOT NULL,
  last_version INTEGER NOT NULL,
  state TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX rules_name ON rules (app_id, name_key);

CREATE TABLE rule_versions (
  rule_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  state TEXT NOT NULL,
  spec TEXT NOT NULL,
  author TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (rule_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX rule_versions_app ON rule_versions (app_id, state);

CREATE TABLE rules_version (
  app_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (app_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE pins (
  app_id TEXT NOT NULL,
  payload TEXT NOT NULL,
  until INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (app_id)
) STRICT;

CREATE TABLE audit (
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  role TEXT NOT NULL,
  session TEXT NOT NULL,
  ip TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  request_id TEXT NOT NULL,
  action TEXT NOT NULL,
  object_type TEXT NOT NULL,
  object_id TEXT NOT NULL,
  app_id TEXT NOT NULL,
  result TEXT NOT NULL,
  reason TEXT NOT NULL,
  before_json TEXT NOT NULL,
  after_json TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (seq)
) STRICT;

CREATE TABLE audit_head (
  id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (id)
) STRICT;

INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');

CREATE TABLE tokens (
  app_id TEXT NOT NULL,
  token BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  fetched_at INTEGER NOT NULL,
  lease_holder TEXT NOT NULL,
  lease_until INTEGER NOT NULL,
  PRIMARY KEY (app_id)
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
-- +goose StatementEnd
