-- +goose Up
-- What citizens said of an answer or a closed case when they were asked; item is the message of the
-- outbox that asked, so that each is rated once.
CREATE TABLE rating_answers (
  item INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  uid TEXT NOT NULL,
  at INTEGER NOT NULL,
  number TEXT NOT NULL,
  conversation INTEGER NOT NULL,
  staff TEXT NOT NULL,
  solved INTEGER NOT NULL,
  satisfied INTEGER NOT NULL,
  PRIMARY KEY (item)
) STRICT;
CREATE INDEX rating_answers_of ON rating_answers (app_id, at);
