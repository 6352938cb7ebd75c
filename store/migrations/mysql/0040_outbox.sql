-- +goose NO TRANSACTION
-- +goose Up
-- What the office sends to citizens by WeChat's API, each message once: see package outbox. payload
-- is sealed, masked is its readable text for lists. claim numbers the attempt that is or was under
-- way, row_key is the row of the log that tells of it, place the window it spends from, picked_by
-- the message of the citizen that was answered with it. Times are UTC microseconds, 0 = not yet.
CREATE TABLE IF NOT EXISTS outbox (
  id BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  send_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  uid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  conversation BIGINT NOT NULL,
  case_number VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  staff VARCHAR(128) NOT NULL,
  purpose VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_part BIGINT NOT NULL,
  part BIGINT NOT NULL,
  parts BIGINT NOT NULL,
  payload MEDIUMBLOB NOT NULL,
  masked TEXT NOT NULL,
  reply_to VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  errcode BIGINT NOT NULL,
  not_before BIGINT NOT NULL,
  attempt_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  claim BIGINT NOT NULL,
  row_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  place VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  picked_by VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  resend_of BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY send_key (app_id, send_key),
  KEY outbox_due (state, not_before, id),
  KEY outbox_of_citizen (uid, state, id),
  KEY outbox_of_account (app_id, id),
  KEY outbox_of_conversation (conversation, id),
  KEY outbox_changed (updated_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
