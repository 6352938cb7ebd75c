package main

import (
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/waits"
)

// since are the surges that began in the window: before it the days they are held against,
// and the posts that answered them, are not all known.
func since(surges []indices.Surge, from time.Time) []indices.Surge {
	return slices.DeleteFunc(surges, func(s indices.Surge) bool { return s.At.Before(from) })
}

// surges are the rises of asks that began in the window; what was published after it may have
// answered them.
func surges(d *waits.Measured, from time.Time, articles []indices.Article) []indices.Surge {
	bounds := indices.DefaultThresholds()
	for i := range d.LaterArticles {
		articles = append(articles, articleOf(&d.LaterArticles[i]))
	}
	return answered(since(indices.Surges(d.AskHours, d.AsksFrom, &bounds), from), articles)
}

// answered notes the first post on the topic of a surge after it began.
func answered(surges []indices.Surge, articles []indices.Article) []indices.Surge {
	for i := range surges {
		s := &surges[i]
		for k := range articles {
			a := &articles[k]
			if a.Topic == s.Topic && !a.PublishedAt.Before(s.At) && (s.Answered.IsZero() || a.PublishedAt.Before(s.Answered)) {
				s.Answered = a.PublishedAt
			}
		}
	}
	return surges
}
