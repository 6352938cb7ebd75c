-- +goose NO TRANSACTION
-- +goose Up
-- What the desk knows of a case beside what the figures need: see package cases. state is '' in cases
-- that came as figures alone. Times are UTC microseconds, 0 = not yet; due is what counts now, 0 = nothing.
SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'cases'
  AND column_name = 'state') = 0, 'ALTER TABLE cases
  ADD COLUMN state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''',
  ADD COLUMN source VARCHAR(32) NOT NULL DEFAULT '''',
  ADD COLUMN source_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin,
  ADD COLUMN uid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''',
  ADD COLUMN conversation BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''',
  ADD COLUMN district VARCHAR(128) NOT NULL DEFAULT '''',
  ADD COLUMN unit VARCHAR(128) NOT NULL DEFAULT '''',
  ADD COLUMN handler VARCHAR(128) NOT NULL DEFAULT '''',
  ADD COLUMN place VARCHAR(512) NOT NULL DEFAULT '''',
  ADD COLUMN photos VARCHAR(1024) NOT NULL DEFAULT '''',
  ADD COLUMN phone VARBINARY(512),
  ADD COLUMN public TINYINT NOT NULL DEFAULT 0,
  ADD COLUMN complex TINYINT NOT NULL DEFAULT 0,
  ADD COLUMN accepted_at BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN due_accept_at BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN extended_to BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN due BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN returns BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN urges BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN pending VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''',
  ADD COLUMN author VARCHAR(128) NOT NULL DEFAULT '''',
  ADD COLUMN extend_days BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN extend_by VARCHAR(128) NOT NULL DEFAULT '''',
  ADD COLUMN extend_reason VARCHAR(512) NOT NULL DEFAULT '''',
  ADD COLUMN extend_at BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN draft MEDIUMBLOB,
  ADD COLUMN version BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0,
  ADD UNIQUE KEY cases_source (app_id, source_key),
  ADD KEY cases_due (app_id, due),
  ADD KEY cases_citizen (uid, opened_at),
  ADD KEY cases_conversation (conversation),
  ADD KEY cases_changed (changed_at)', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

-- What happened to a case, in order; rows are only ever added.
CREATE TABLE IF NOT EXISTS case_events (
  id BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  number VARCHAR(128) NOT NULL,
  at BIGINT NOT NULL,
  kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor VARCHAR(128) NOT NULL,
  unit VARCHAR(128) NOT NULL,
  days BIGINT NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  text MEDIUMBLOB NOT NULL,
  masked TEXT NOT NULL,
  PRIMARY KEY (id),
  KEY case_events_of (app_id, number, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The last serial of each account and day.
CREATE TABLE IF NOT EXISTS case_serials (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day BIGINT NOT NULL,
  last BIGINT NOT NULL,
  PRIMARY KEY (app_id, day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
