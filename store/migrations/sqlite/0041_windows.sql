-- +goose Up
-- The ledger of customer-service messages: how many may be sent to a citizen after something they
-- did, until when, and how many were. event_key is that of the row of the log.
CREATE TABLE windows (
  uid TEXT NOT NULL,
  event_key TEXT NOT NULL,
  app_id TEXT NOT NULL,
  source TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  quota INTEGER NOT NULL,
  used INTEGER NOT NULL,
  PRIMARY KEY (uid, event_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX windows_expired ON windows (expires_at);
