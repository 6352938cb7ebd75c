-- +goose NO TRANSACTION
-- +goose Up
-- The people who sign in to the console and what they may do. A post is one of the three
-- administrators, or staff; it is one column, so that nobody is two of the three.
CREATE TABLE IF NOT EXISTS operators (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(64) NOT NULL,
  display_name VARCHAR(64) NOT NULL,
  post VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (post IN ('sysadmin', 'secadmin', 'auditor', 'staff')),
  state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (state IN ('active', 'disabled')),
  password VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  password_at BIGINT NOT NULL,
  totp VARBINARY(255) NOT NULL,
  totp_step BIGINT NOT NULL,
  totp_pending VARBINARY(255) NOT NULL,
  link VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  link_until BIGINT NOT NULL,
  asleep TINYINT NOT NULL,
  preferences MEDIUMTEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_sign_in_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY name (name),
  UNIQUE KEY link (link),
  UNIQUE KEY id_post (id, post)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Roles that read citizens' messages or write answers, each for one account. Only staff holds
-- them: the key refers to the post as well, so no administrator ever does.
CREATE TABLE IF NOT EXISTS roles (
  operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  post VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (post = 'staff'),
  role VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (role IN ('case_handler', 'account_manager', 'content_admin')),
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (operator_id, role, app_id),
  CONSTRAINT roles_of_staff FOREIGN KEY (operator_id, post) REFERENCES operators (id, post)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS recovery_codes (
  operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (operator_id, code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
