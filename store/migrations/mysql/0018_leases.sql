-- +goose NO TRANSACTION
-- +goose Up
-- All that one of several instances does for all is under a lease of this table: fetching of
-- access tokens, which had a lease in their own table, and the jobs that run by themselves.
CREATE TABLE IF NOT EXISTS leases (
  name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  holder VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'tokens'
  AND column_name = 'lease_holder') > 0, 'ALTER TABLE tokens DROP COLUMN lease_holder', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'tokens'
  AND column_name = 'lease_until') > 0, 'ALTER TABLE tokens DROP COLUMN lease_until', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
