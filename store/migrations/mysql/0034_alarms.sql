-- +goose NO TRANSACTION
-- +goose Up
-- Where alarms of an account go. address and secret are sealed.
CREATE TABLE IF NOT EXISTS alarm_channels (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(64) NOT NULL,
  address BLOB NOT NULL,
  secret BLOB NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY alarm_channel_name (app_id, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What an account wants to be told, as JSON; no row: the usual.
CREATE TABLE IF NOT EXISTS alarm_choices (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  choice TEXT NOT NULL,
  PRIMARY KEY (app_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What stands, or stood and not everybody was told that it is over. app_id '' = the whole service.
-- source '' = found by whichever instance looks, else the instance that is concerned. version
-- rises with every change: two that change it at once are told apart.
CREATE TABLE IF NOT EXISTS alarms (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  state MEDIUMTEXT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (app_id, name, source)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What was sent, or given up.
CREATE TABLE IF NOT EXISTS alarm_sends (
  id BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel VARCHAR(64) NOT NULL,
  name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  title VARCHAR(255) NOT NULL,
  outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  detail VARCHAR(512) NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (id),
  KEY alarm_sends_by_account (app_id, at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
