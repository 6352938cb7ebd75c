-- +goose Up
-- The photos of a case, from 1 on. sent_at is when the citizen sent the first: WeChat keeps it for three days.
-- Where a purpose is named a photo is fetched at next_at (0 = not, or not any more), and kept until until in
-- pieces; state is what became of that.
CREATE TABLE case_photos (
  app_id TEXT NOT NULL,
  number TEXT NOT NULL,
  n INTEGER NOT NULL,
  media_id TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  purpose TEXT NOT NULL,
  until INTEGER NOT NULL,
  state TEXT NOT NULL,
  tries INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  type TEXT NOT NULL,
  PRIMARY KEY (app_id, number, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_photos_next ON case_photos (next_at);
CREATE TABLE case_photo_parts (
  app_id TEXT NOT NULL,
  number TEXT NOT NULL,
  n INTEGER NOT NULL,
  part INTEGER NOT NULL,
  until INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (app_id, number, n, part)
) STRICT;
CREATE INDEX case_photo_parts_until ON case_photo_parts (until);

-- The place of a case as exact as the citizen sent it, sealed, where a purpose is named.
CREATE TABLE case_places (
  app_id TEXT NOT NULL,
  number TEXT NOT NULL,
  purpose TEXT NOT NULL,
  until INTEGER NOT NULL,
  place BLOB NOT NULL,
  PRIMARY KEY (app_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_places_until ON case_places (until);
