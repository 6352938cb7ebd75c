package store

import (
	"context"

	"github.com/wenzheng/wenzheng/models"
)

// Each step of a rule's life in a transaction of its own.

func (s *Store) SubmitRules(ctx context.Context, ids []int64, by models.Who) error {
	return s.Transact(ctx, func(t *Tx) error { return t.SubmitRules(ctx, ids, by) })
}

func (s *Store) ReviewRules(ctx context.Context, ids []int64, approve bool, reason string, by models.Who) error {
	return s.Transact(ctx, func(t *Tx) error { return t.ReviewRules(ctx, ids, approve, reason, by) })
}

func (s *Store) DiscardDrafts(ctx context.Context, ids []int64, by models.Who) error {
	return s.Transact(ctx, func(t *Tx) error { return t.DiscardDrafts(ctx, ids, by) })
}

func (s *Store) PublishRules(ctx context.Context, appID string, base RulesStamp, rules []models.Rule, by models.Who) (int64, error) {
	return s.ChangeRules(ctx, appID, base, func(t *Tx, _ int64) error { return t.PublishRules(ctx, appID, rules, by) })
}

func (s *Store) PublishReviewed(ctx context.Context, appID string, base RulesStamp, rules []models.Rule, by models.Who) (int64, error) {
	return s.ChangeRules(ctx, appID, base, func(t *Tx, _ int64) error { return t.PublishReviewed(ctx, appID, rules, by) })
}

func (s *Store) ArchiveRules(ctx context.Context, appID string, base RulesStamp, ids []int64, by models.Who) (int64, error) {
	return s.ChangeRules(ctx, appID, base, func(t *Tx, _ int64) error { return t.ArchiveRules(ctx, appID, ids, by) })
}

func (s *Store) RollbackRule(ctx context.Context, appID string, base RulesStamp, id, version int64, by models.Who) (int64, error) {
	return s.ChangeRules(ctx, appID, base, func(t *Tx, _ int64) error { return t.RollbackRule(ctx, appID, id, version, by) })
}
