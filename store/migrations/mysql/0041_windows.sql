-- +goose NO TRANSACTION
-- +goose Up
-- The ledger of customer-service messages: how many may be sent to a citizen after something they
-- did, until when, and how many were. event_key is that of the row of the log.
CREATE TABLE IF NOT EXISTS windows (
  uid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  event_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  opened_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  quota BIGINT NOT NULL,
  used BIGINT NOT NULL,
  PRIMARY KEY (uid, event_key),
  KEY windows_expired (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
