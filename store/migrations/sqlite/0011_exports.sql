-- +goose Up
-- The log of all accounts in the order of time, page by page.
CREATE INDEX interactions_at ON interactions (at, id);
-- Ratings given after an instant.
CREATE INDEX ratings_time ON ratings (app_id, at);
