package analytics

import (
	"context"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/waits"
)

// since are the surges that began in the window: before it the days they are held against,
// and the posts that answered them, are not all known.
func since(surges []indices.Surge, from time.Time) []indices.Surge {
	return slices.DeleteFunc(surges, func(s indices.Surge) bool { return s.At.Before(from) })
}

// surges are the rises of asks that began in the window; what was published after it may have
// answered them.
func surges(d *waits.Measured, from time.Time) []indices.Surge {
	bounds := indices.DefaultThresholds()
	found, posts := since(indices.Surges(d.AskHours, d.AsksFrom, &bounds), from), postsOf(d)
	for i := range found {
		found[i].Answered = firstPost(posts, found[i].At, func(p *indices.Article) bool { return p.Topic == found[i].Topic })
	}
	return found
}

// diagnosed are the inputs with the surges of what citizens ask in their own words, and those who
// left after a push, too. passing: no other question is expected to go on from this window.
func (m *Analytics) diagnosed(ctx context.Context, a models.Account, w waits.Window, calendar *indices.Calendar, passing bool) (indices.Inputs, error) {
	d, err := m.waits.Measured(ctx, w)
	if err != nil {
		return indices.Inputs{}, err
	}
	in, err := m.inputsOf(a, w, calendar, &d)
	if err != nil {
		return indices.Inputs{}, err
	}
	more, err := m.asked.surges(ctx, m.store, w, passing, in.Diagnosis.Surges, postsOf(&d))
	if err != nil {
		return indices.Inputs{}, err
	}
	in.Diagnosis.Surges = append(in.Diagnosis.Surges, more...)
	marks, err := m.surgeMarks(ctx, a.AppID, w.AsOf)
	if err != nil {
		return indices.Inputs{}, err
	}
	for i := range in.Diagnosis.Surges {
		marks.put(&in.Diagnosis.Surges[i])
	}
	err = m.unfollows(ctx, &in, w)
	return in, err
}

// postsOf are what was published in the window and as soon after it as may answer what was asked.
func postsOf(d *waits.Measured) []indices.Article {
	posts := make([]indices.Article, 0, len(d.Articles)+len(d.LaterArticles))
	for i := range d.Articles {
		posts = append(posts, articleOf(&d.Articles[i]))
	}
	for i := range d.LaterArticles {
		posts = append(posts, articleOf(&d.LaterArticles[i]))
	}
	return posts
}

// firstPost is when the first of the posts that answer was published after an instant; zero when none was.
func firstPost(posts []indices.Article, after time.Time, answers func(*indices.Article) bool) time.Time {
	var first time.Time
	for i := range posts {
		p := &posts[i]
		if answers(p) && !p.PublishedAt.Before(after) && (first.IsZero() || p.PublishedAt.Before(first)) {
			first = p.PublishedAt
		}
	}
	return first
}
