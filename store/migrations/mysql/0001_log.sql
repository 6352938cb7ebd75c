-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE IF NOT EXISTS accounts (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(128) NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  verified TINYINT NOT NULL DEFAULT 0,
  original_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  mode VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  token VARBINARY(512) NOT NULL,
  previous_token VARBINARY(512) NOT NULL,
  aes_key VARBINARY(512) NOT NULL,
  previous_aes_key VARBINARY(512) NOT NULL,
  secret VARBINARY(512) NOT NULL,
  office_hours VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (app_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS citizens (
  uid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  openid VARBINARY(512) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (uid)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS interactions (
  id BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  event_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  uid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  thread VARCHAR(128) NOT NULL,
  channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  dir VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(64) NOT NULL,
  content TEXT NOT NULL,
  at BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  stored_at BIGINT NOT NULL,
  local_day INT NOT NULL,
  local_hour SMALLINT NOT NULL,
  local_minute SMALLINT NOT NULL,
  weekday SMALLINT NOT NULL,
  reply_to VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  matched TINYINT NOT NULL,
  ok TINYINT NOT NULL,
  err_code BIGINT NOT NULL,
  topic VARCHAR(128) NOT NULL,
  staff VARCHAR(128) NOT NULL,
  retry_count BIGINT NOT NULL,
  probe TINYINT NOT NULL,
  menu_click TINYINT NOT NULL,
  parse_status VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  warnings TEXT NOT NULL,
  rule_id BIGINT NOT NULL,
  rule_name VARCHAR(128) NOT NULL,
  rules_version BIGINT NOT NULL,
  outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  latency_us BIGINT NOT NULL,
  truncated TINYINT NOT NULL,
  raw MEDIUMBLOB NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY event_key (event_key, app_id),
  KEY interactions_time (app_id, at, id),
  KEY interactions_thread (uid, at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS deliveries (
  spool_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  event_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  received_at BIGINT NOT NULL,
  wx_timestamp BIGINT NOT NULL,
  nonce VARCHAR(64) NOT NULL,
  signature VARCHAR(64) NOT NULL,
  body_sha256 VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  encrypted TINYINT NOT NULL,
  previous_key TINYINT NOT NULL,
  skew_us BIGINT NOT NULL,
  number BIGINT NOT NULL,
  outcome VARCHAR(64) NOT NULL,
  latency_us BIGINT NOT NULL,
  PRIMARY KEY (spool_id, seq),
  KEY deliveries_time (received_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS dialogues (
  uid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  updated_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (uid),
  KEY dialogues_updated (updated_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS rules (
  id BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(512) NOT NULL,
  live_version BIGINT NOT NULL,
  last_version BIGINT NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY rules_name (app_id, name_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS rule_versions (
  rule_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  spec MEDIUMTEXT NOT NULL,
  author VARCHAR(128) NOT NULL,
  reviewer VARCHAR(128) NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (rule_id, version),
  KEY rule_versions_app (app_id, state)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS rules_version (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (app_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS pins (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  payload MEDIUMTEXT NOT NULL,
  until BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (app_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS audit (
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor_id VARCHAR(128) NOT NULL,
  actor_name VARCHAR(128) NOT NULL,
  role VARCHAR(64) NOT NULL,
  session VARCHAR(128) NOT NULL,
  ip VARCHAR(64) NOT NULL,
  user_agent VARCHAR(512) NOT NULL,
  request_id VARCHAR(128) NOT NULL,
  action VARCHAR(64) NOT NULL,
  object_type VARCHAR(64) NOT NULL,
  object_id VARCHAR(512) NOT NULL,
  app_id VARCHAR(32) NOT NULL,
  result VARCHAR(32) NOT NULL,
  reason VARCHAR(2000) NOT NULL,
  before_json MEDIUMTEXT NOT NULL,
  after_json MEDIUMTEXT NOT NULL,
  prev_hash VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hash VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS audit_head (
  id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  hash VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '') ON DUPLICATE KEY UPDATE seq = seq;

CREATE TABLE IF NOT EXISTS tokens (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  token VARBINARY(4096) NOT NULL,
  expires_at BIGINT NOT NULL,
  fetched_at BIGINT NOT NULL,
  lease_holder VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lease_until BIGINT NOT NULL,
  PRIMARY KEY (app_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
