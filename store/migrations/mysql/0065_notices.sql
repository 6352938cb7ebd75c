-- +goose NO TRANSACTION
-- +goose Up
-- A message that may be told by the account's notice channel (card), WeChat's number of what was told so
-- (notice_id). What is stopped is stopped for one channel: what stood here is found out anew.
SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'outbox'
  AND column_name = 'card') = 0, 'ALTER TABLE outbox ADD COLUMN card TINYINT NOT NULL DEFAULT 0, ADD COLUMN notice_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''''', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
DROP TABLE IF EXISTS outbox_stops;
CREATE TABLE outbox_stops (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  errcode BIGINT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (app_id, channel, errcode)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
