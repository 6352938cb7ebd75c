-- +goose NO TRANSACTION
-- +goose Up
-- A step that broke off half-way is repeated, and MySQL has no ADD COLUMN IF NOT EXISTS.
SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'waits'
  AND column_name = 'age_at') = 0, 'ALTER TABLE waits ADD COLUMN texts BIGINT NOT NULL DEFAULT 0, ADD COLUMN served_texts BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN age_at BIGINT NOT NULL DEFAULT 0, ADD COLUMN aged TINYINT NOT NULL DEFAULT 0, ADD COLUMN repeated TINYINT NOT NULL DEFAULT 0,
  ADD KEY waits_age (aged, age_at)', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'wait_hours'
  AND column_name = 'queries') = 0, 'ALTER TABLE wait_hours ADD COLUMN queries BIGINT NOT NULL DEFAULT 0, ADD COLUMN served BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN aged BIGINT NOT NULL DEFAULT 0, ADD COLUMN repeated BIGINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'measure_state'
  AND column_name = 'aged_until') = 0, 'ALTER TABLE measure_state ADD COLUMN aged_until BIGINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

CREATE TABLE IF NOT EXISTS clicks (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  event_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at BIGINT NOT NULL,
  topic VARCHAR(128) NOT NULL,
  served TINYINT NOT NULL,
  PRIMARY KEY (event_key, app_id),
  KEY clicks_time (app_id, channel, at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS unfollows (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at BIGINT NOT NULL,
  event_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (app_id, at, event_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO unfollows (app_id, at, event_key) SELECT app_id, at DIV 1000000, event_key FROM interactions
  WHERE kind = 'unsubscribe' AND probe = 0 ON DUPLICATE KEY UPDATE app_id = unfollows.app_id;

-- What is new of the waits and clicks of an older log comes from its rows, with the next sweep.
UPDATE measure_state SET version = version + 1 WHERE id = 1;
DELETE FROM remeasure;
INSERT INTO remeasure (app_id, version) SELECT '', version FROM measure_state WHERE id = 1 AND EXISTS (SELECT 1 FROM interactions);
