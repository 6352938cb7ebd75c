-- +goose Up
-- The people who sign in to the console and what they may do. A post is one of the three
-- administrators, or staff; it is one column, so that nobody is two of the three.
CREATE TABLE operators (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  display_name TEXT NOT NULL,
  post TEXT NOT NULL CHECK (post IN ('sysadmin', 'secadmin', 'auditor', 'staff')),
  state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
  password TEXT NOT NULL,
  password_at INTEGER NOT NULL,
  totp BLOB NOT NULL,
  totp_step INTEGER NOT NULL,
  totp_pending BLOB NOT NULL,
  link TEXT,
  link_until INTEGER NOT NULL,
  asleep INTEGER NOT NULL,
  preferences TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_sign_in_at INTEGER NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (name),
  UNIQUE (link),
  UNIQUE (id, post)
) STRICT;

-- Roles that read citizens' messages or write answers, each for one account. Only staff holds
-- them: the key refers to the post as well, so no administrator ever does.
CREATE TABLE roles (
  operator_id TEXT NOT NULL,
  post TEXT NOT NULL CHECK (post = 'staff'),
  role TEXT NOT NULL CHECK (role IN ('case_handler', 'account_manager', 'content_admin')),
  app_id TEXT NOT NULL,
  PRIMARY KEY (operator_id, role, app_id),
  FOREIGN KEY (operator_id, post) REFERENCES operators (id, post)
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery_codes (
  operator_id TEXT NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY (operator_id, code)
) STRICT, WITHOUT ROWID;

