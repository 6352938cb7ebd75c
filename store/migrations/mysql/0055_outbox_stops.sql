-- +goose NO TRANSACTION
-- +goose Up
-- Accounts for which WeChat takes nothing before until, once for each reason: the quota of a day or a
-- minute that is used up, the right to send that is refused. What stood here is found out anew.
DROP TABLE IF EXISTS outbox_stops;
CREATE TABLE outbox_stops (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  errcode BIGINT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (app_id, errcode)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
