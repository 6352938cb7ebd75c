-- +goose Up
-- What the office sends to citizens by WeChat's API, each message once: see package outbox. payload
-- is sealed, masked is its readable text for lists. claim numbers the attempt that is or was under
-- way, row_key is the row of the log that tells of it, place the window it spends from, picked_by
-- the message of the citizen that was answered with it. Times are UTC microseconds, 0 = not yet.
CREATE TABLE outbox (
  id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  send_key TEXT NOT NULL,
  uid TEXT NOT NULL,
  conversation INTEGER NOT NULL,
  case_number TEXT NOT NULL,
  staff TEXT NOT NULL,
  purpose TEXT NOT NULL,
  channel TEXT NOT NULL,
  kind TEXT NOT NULL,
  first_part INTEGER NOT NULL,
  part INTEGER NOT NULL,
  parts INTEGER NOT NULL,
  payload BLOB NOT NULL,
  masked TEXT NOT NULL,
  reply_to TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  errcode INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  attempt_at INTEGER NOT NULL,
  lease_until INTEGER NOT NULL,
  claim INTEGER NOT NULL,
  row_key TEXT NOT NULL,
  place TEXT NOT NULL,
  picked_by TEXT NOT NULL,
  resend_of INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (app_id, send_key)
) STRICT;
CREATE INDEX outbox_due ON outbox (state, not_before, id);
CREATE INDEX outbox_of_citizen ON outbox (uid, state, id);
CREATE INDEX outbox_of_account ON outbox (app_id, id);
CREATE INDEX outbox_of_conversation ON outbox (conversation, id);
CREATE INDEX outbox_changed ON outbox (updated_at);
