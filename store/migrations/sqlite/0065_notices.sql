-- +goose Up
-- A message that may be told by the account's notice channel (card), WeChat's number of what was told so
-- (notice_id). What is stopped is stopped for one channel: what stood here is found out anew.
ALTER TABLE outbox ADD COLUMN card INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN notice_id TEXT NOT NULL DEFAULT '';
DROP TABLE outbox_stops;
CREATE TABLE outbox_stops (
  app_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  errcode INTEGER NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (app_id, channel, errcode)
) STRICT, WITHOUT ROWID;
