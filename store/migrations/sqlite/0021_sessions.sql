-- +goose Up
-- Sign-ins, known by the hash of their token. whole_of is the operator once every step was
-- passed, and NULL before: its key allows each operator one such session.
CREATE TABLE sessions (
  id TEXT NOT NULL,
  token TEXT NOT NULL,
  operator_id TEXT NOT NULL,
  stage TEXT NOT NULL,
  whole_of TEXT,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (token),
  UNIQUE (whole_of)
) STRICT;
CREATE INDEX sessions_by_operator ON sessions (operator_id);

-- Failed sign-ins by name and by address, whether or not the name exists.
CREATE TABLE sign_in_failures (
  subject TEXT NOT NULL,
  failures INTEGER NOT NULL,
  since INTEGER NOT NULL,
  locked_until INTEGER NOT NULL,
  PRIMARY KEY (subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (since);

-- Bearer tokens of programs, known by their hash. app_ids '' = every account.
CREATE TABLE api_tokens (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  token TEXT NOT NULL,
  scopes TEXT NOT NULL,
  app_ids TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  revoked_at INTEGER NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (name),
  UNIQUE (token)
) STRICT;
