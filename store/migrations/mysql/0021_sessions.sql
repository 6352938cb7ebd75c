-- +goose NO TRANSACTION
-- +goose Up
-- Sign-ins, known by the hash of their token. whole_of is the operator once every step was
-- passed, and NULL before: its key allows each operator one such session.
CREATE TABLE IF NOT EXISTS sessions (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  token VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  stage VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  whole_of VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  address VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_agent VARCHAR(512) NOT NULL,
  started_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY token (token),
  UNIQUE KEY whole_of (whole_of),
  KEY sessions_by_operator (operator_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Failed sign-ins by name and by address, whether or not the name exists.
CREATE TABLE IF NOT EXISTS sign_in_failures (
  subject VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  failures BIGINT NOT NULL,
  since BIGINT NOT NULL,
  locked_until BIGINT NOT NULL,
  PRIMARY KEY (subject),
  KEY sign_in_failures_by_time (since)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Bearer tokens of programs, known by their hash. app_ids '' = every account.
CREATE TABLE IF NOT EXISTS api_tokens (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(64) NOT NULL,
  token VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  scopes VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  app_ids VARCHAR(4096) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at BIGINT NOT NULL,
  until BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY name (name),
  UNIQUE KEY token (token)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
