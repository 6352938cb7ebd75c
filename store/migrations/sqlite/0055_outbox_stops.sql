-- +goose Up
-- Accounts for which WeChat takes nothing before until, once for each reason: the quota of a day or a
-- minute that is used up, the right to send that is refused. What stood here is found out anew.
DROP TABLE outbox_stops;
CREATE TABLE outbox_stops (
  app_id TEXT NOT NULL,
  errcode INTEGER NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (app_id, errcode)
) STRICT, WITHOUT ROWID;
