-- +goose Up
-- What WeChat lets an account do, as last found out by asking.
CREATE TABLE account_rights (
  app_id TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  err_code INTEGER NOT NULL,
  checked_at INTEGER NOT NULL,
  PRIMARY KEY (app_id, name)
) STRICT, WITHOUT ROWID;
