-- +goose NO TRANSACTION
-- +goose Up
-- What WeChat's own customer-service client has of citizens: see package desk/kf. open_key is the
-- citizen's uid while the session is open; active_at is when something was last said in it. kf_pulls
-- says until when what was said there is in the log. holder of a conversation: desk or wechat.
-- Times are UTC microseconds, 0 = not yet.
CREATE TABLE IF NOT EXISTS kf_sessions (
  id BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  uid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  open_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  worker VARCHAR(128) NOT NULL,
  opened_at BIGINT NOT NULL,
  active_at BIGINT NOT NULL,
  closed_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY open_key (open_key),
  KEY kf_sessions_of (uid, closed_at),
  KEY kf_sessions_closed (app_id, closed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS kf_pulls (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (app_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'conversations'
  AND column_name = 'holder') = 0, 'ALTER TABLE conversations ADD COLUMN holder VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''desk''', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
