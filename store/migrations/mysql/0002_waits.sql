-- +goose NO TRANSACTION
-- +goose Up
-- A step that broke off half-way is repeated, and MySQL has no ADD COLUMN IF NOT EXISTS.
SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'interactions'
  AND column_name = 'effective_at') = 0, 'ALTER TABLE interactions ADD COLUMN effective_at BIGINT NOT NULL DEFAULT 0, DROP KEY interactions_thread,
  ADD KEY interactions_thread (uid, effective_at, id), ADD KEY interactions_case (thread, effective_at)', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

UPDATE interactions SET effective_at = at DIV 1000000 WHERE effective_at = 0;

CREATE TABLE IF NOT EXISTS waits (
  id BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  uid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  thread VARCHAR(128) NOT NULL,
  channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  open_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  open_at BIGINT NOT NULL,
  last_in_at BIGINT NOT NULL,
  bot_at BIGINT NOT NULL,
  answer_at BIGINT NOT NULL,
  left_at BIGINT NOT NULL,
  deadline BIGINT NOT NULL,
  topic VARCHAR(128) NOT NULL,
  staff VARCHAR(128) NOT NULL,
  messages BIGINT NOT NULL,
  revoked BIGINT NOT NULL,
  skew_rows BIGINT NOT NULL,
  sent BIGINT NOT NULL,
  office_rt BIGINT NOT NULL,
  first_wait TINYINT NOT NULL,
  two_way TINYINT NOT NULL,
  assignee VARCHAR(128) NOT NULL,
  rated TINYINT NOT NULL,
  satisfied TINYINT NOT NULL,
  solved TINYINT NOT NULL,
  rolled TINYINT NOT NULL,
  PRIMARY KEY (id),
  KEY waits_thread (uid, open_at),
  KEY waits_window (app_id, channel, rolled, open_at),
  KEY waits_due (rolled, deadline)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS wait_hours (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hour BIGINT NOT NULL,
  topic VARCHAR(128) NOT NULL,
  staff VARCHAR(128) NOT NULL,
  opened BIGINT NOT NULL,
  human BIGINT NOT NULL,
  bot BIGINT NOT NULL,
  expired BIGINT NOT NULL,
  left_count BIGINT NOT NULL,
  ontime_human_1 BIGINT NOT NULL,
  ontime_human_2 BIGINT NOT NULL,
  ontime_human_3 BIGINT NOT NULL,
  ontime_human_4 BIGINT NOT NULL,
  ontime_bot_1 BIGINT NOT NULL,
  ontime_bot_2 BIGINT NOT NULL,
  ontime_bot_3 BIGINT NOT NULL,
  ontime_bot_4 BIGINT NOT NULL,
  left_breach_1 BIGINT NOT NULL,
  left_breach_2 BIGINT NOT NULL,
  left_breach_3 BIGINT NOT NULL,
  left_breach_4 BIGINT NOT NULL,
  rt_sum BIGINT NOT NULL,
  rt_office_sum BIGINT NOT NULL,
  u_micro BIGINT NOT NULL,
  u_office_micro BIGINT NOT NULL,
  first_lost BIGINT NOT NULL,
  sessions BIGINT NOT NULL,
  two_way BIGINT NOT NULL,
  rated BIGINT NOT NULL,
  satisfied BIGINT NOT NULL,
  PRIMARY KEY (app_id, channel, hour, topic, staff)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS rt_hist (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_wait TINYINT NOT NULL,
  sec BIGINT NOT NULL,
  cnt BIGINT NOT NULL,
  PRIMARY KEY (app_id, channel, day, first_wait, sec)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS active_days (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  uid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  msgs BIGINT NOT NULL,
  PRIMARY KEY (app_id, channel, day, uid)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS orphans (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reply_to VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  id BIGINT NOT NULL,
  PRIMARY KEY (reply_to, app_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS thread_locks (
  name VARCHAR(192) NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS calendar_days (
  day VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(128) NOT NULL,
  work TINYINT NOT NULL,
  PRIMARY KEY (day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS measure_state (
  id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS remeasure (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (app_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS articles (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  msgid VARCHAR(128) NOT NULL,
  published_at BIGINT NOT NULL,
  title VARCHAR(512) NOT NULL,
  topic VARCHAR(128) NOT NULL,
  form VARCHAR(64) NOT NULL,
  push VARCHAR(128) NOT NULL,
  headline TINYINT NOT NULL,
  read_count BIGINT NOT NULL,
  zaikan BIGINT NOT NULL,
  likes BIGINT NOT NULL,
  shares BIGINT NOT NULL,
  finish_rate DOUBLE,
  readers TINYINT NOT NULL,
  PRIMARY KEY (app_id, msgid),
  KEY articles_time (app_id, published_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS followers (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (app_id, day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS ratings (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  uid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at BIGINT NOT NULL,
  satisfied TINYINT NOT NULL,
  solved TINYINT NOT NULL,
  PRIMARY KEY (uid, app_id, at, satisfied, solved)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS cases (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  id VARCHAR(128) NOT NULL,
  category VARCHAR(64) NOT NULL,
  topic VARCHAR(128) NOT NULL,
  title VARCHAR(512) NOT NULL,
  spells MEDIUMTEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  closed_at BIGINT NOT NULL,
  feedback TINYINT NOT NULL,
  solved TINYINT NOT NULL,
  satisfied TINYINT NOT NULL,
  PRIMARY KEY (app_id, id),
  KEY cases_time (app_id, opened_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS service_items (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  id VARCHAR(128) NOT NULL,
  name VARCHAR(128) NOT NULL,
  uid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  started_at BIGINT NOT NULL,
  completed_at BIGINT NOT NULL,
  PRIMARY KEY (app_id, id),
  KEY service_items_time (app_id, started_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS probes (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at BIGINT NOT NULL,
  passed TINYINT NOT NULL,
  evidence MEDIUMTEXT NOT NULL,
  PRIMARY KEY (app_id, at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS incidents (
  id BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT NOT NULL,
  note VARCHAR(2000) NOT NULL,
  PRIMARY KEY (id),
  KEY incidents_app (app_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS interface_days (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  callbacks BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  total_ms BIGINT NOT NULL,
  max_ms BIGINT NOT NULL,
  PRIMARY KEY (app_id, day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS upstream_days (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  messages BIGINT NOT NULL,
  users BIGINT NOT NULL,
  PRIMARY KEY (app_id, day, kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS episodes (
  id BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  problem VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  rule_version VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  severity VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  inputs MEDIUMTEXT NOT NULL,
  n BIGINT NOT NULL,
  first_seen BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  cleared_at BIGINT NOT NULL,
  clean_windows BIGINT NOT NULL,
  PRIMARY KEY (id),
  KEY episodes_app (app_id, problem)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO measure_state (id, version) VALUES (1, 1) ON DUPLICATE KEY UPDATE version = version;

INSERT INTO remeasure (app_id, version) SELECT DISTINCT app_id, 1 FROM interactions ON DUPLICATE KEY UPDATE version = remeasure.version;
