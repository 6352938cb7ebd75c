-- +goose NO TRANSACTION
-- +goose Up
-- A wait that a person marked as needing no answer is counted apart. The mark belongs to the
-- row that opens the wait; who gave it, and when, is kept beside. A step that broke off half-way
-- is repeated, and MySQL has no ADD COLUMN IF NOT EXISTS.
SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'interactions'
  AND column_name = 'mark') = 0, 'ALTER TABLE interactions ADD COLUMN mark VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''',
  ADD COLUMN marked_at BIGINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'waits'
  AND column_name = 'mark') = 0, 'ALTER TABLE waits ADD COLUMN mark VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''''', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'wait_hours'
  AND column_name = 'marked') = 0, 'ALTER TABLE wait_hours ADD COLUMN marked BIGINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'wait_days'
  AND column_name = 'marked') = 0, 'ALTER TABLE wait_days ADD COLUMN marked BIGINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

CREATE TABLE IF NOT EXISTS wait_marks (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  event_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  mark VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(128) NOT NULL,
  marked_at BIGINT NOT NULL,
  PRIMARY KEY (app_id, event_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
