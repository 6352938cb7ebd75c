-- +goose NO TRANSACTION
-- +goose Up
-- What citizens said of an answer or a closed case when they were asked; item is the message of the
-- outbox that asked, so that each is rated once.
CREATE TABLE IF NOT EXISTS rating_answers (
  item BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  uid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at BIGINT NOT NULL,
  number VARCHAR(128) NOT NULL,
  conversation BIGINT NOT NULL,
  staff VARCHAR(128) NOT NULL,
  solved TINYINT NOT NULL,
  satisfied TINYINT NOT NULL,
  PRIMARY KEY (item),
  KEY rating_answers_of (app_id, at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
