-- +goose NO TRANSACTION
-- +goose Up
-- The number that a case has where it was imported from, and when somebody was last reminded of its
-- limit (UTC microseconds, 0 = never).
SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'cases'
  AND column_name = 'source_number') = 0, 'ALTER TABLE cases
  ADD COLUMN source_number VARCHAR(128) NOT NULL DEFAULT '''',
  ADD COLUMN reminded_at BIGINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
