-- +goose NO TRANSACTION
-- +goose Up
-- When a right that an account had was taken from it, 0 = it was not.
SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'account_rights'
  AND column_name = 'lost_at') = 0, 'ALTER TABLE account_rights ADD COLUMN lost_at BIGINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
