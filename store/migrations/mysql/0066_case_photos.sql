-- +goose NO TRANSACTION
-- +goose Up
-- The photos of a case, from 1 on. sent_at is when the citizen sent the first: WeChat keeps it for three days.
-- Where a purpose is named a photo is fetched at next_at (0 = not, or not any more), and kept until until in
-- pieces; state is what became of that.
CREATE TABLE IF NOT EXISTS case_photos (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  number VARCHAR(128) NOT NULL,
  n BIGINT NOT NULL,
  media_id VARCHAR(256) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sent_at BIGINT NOT NULL,
  purpose VARCHAR(128) NOT NULL,
  until BIGINT NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tries BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  type VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (app_id, number, n),
  KEY case_photos_next (next_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS case_photo_parts (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  number VARCHAR(128) NOT NULL,
  n BIGINT NOT NULL,
  part BIGINT NOT NULL,
  until BIGINT NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (app_id, number, n, part),
  KEY case_photo_parts_until (until)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The place of a case as exact as the citizen sent it, sealed, where a purpose is named.
CREATE TABLE IF NOT EXISTS case_places (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  number VARCHAR(128) NOT NULL,
  purpose VARCHAR(128) NOT NULL,
  until BIGINT NOT NULL,
  place BLOB NOT NULL,
  PRIMARY KEY (app_id, number),
  KEY case_places_until (until)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
