-- +goose Up
-- The signature over the head of the audit chain, without which whoever can write to the
-- database could cut entries off at the end and set the head back.
ALTER TABLE audit_head ADD COLUMN mac TEXT NOT NULL DEFAULT '';
