-- +goose Up
-- What WeChat's own customer-service client has of citizens: see package desk/kf. open_key is the
-- citizen's uid while the session is open; active_at is when something was last said in it. kf_pulls
-- says until when what was said there is in the log. holder of a conversation: desk or wechat.
-- Times are UTC microseconds, 0 = not yet.
CREATE TABLE kf_sessions (
  id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  uid TEXT NOT NULL,
  open_key TEXT,
  worker TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  active_at INTEGER NOT NULL,
  closed_at INTEGER NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (open_key)
) STRICT;
CREATE INDEX kf_sessions_of ON kf_sessions (uid, closed_at);
CREATE INDEX kf_sessions_closed ON kf_sessions (app_id, closed_at);
CREATE TABLE kf_pulls (
  app_id TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (app_id)
) STRICT, WITHOUT ROWID;
ALTER TABLE conversations ADD COLUMN holder TEXT NOT NULL DEFAULT 'desk';
