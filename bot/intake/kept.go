package intake

import (
	"fmt"

	"github.com/wenzheng/wenzheng/models"
)

// Read is what a step can use of a message. Of a place what is not kept is left out here: nothing behind
// this knows it.
func Read(m *models.Message, keeps models.CaseKeeping) (in Input) {
	in.Keeps = keeps
	switch m.MsgType {
	case models.MsgTypeText:
		in.Text = m.Content
	case models.MsgTypeVoice:
		in.Text = m.Recognition
	case models.MsgTypeImage:
		in.Photo = m.MediaID
	case models.MsgTypeLocation:
		if in.Spot = Spot(m.LocationX, m.LocationY); in.Spot != "" && keeps.Place.On() {
			in.Exact = m.LocationX + "," + m.LocationY
		}
	}
	return in
}

// spot takes the place of a location message and says so.
func (s *State) spot(m *message) string {
	s.Place, s.Exact = m.Spot, m.Exact
	if s.Exact != "" {
		return "已记下位置"
	}
	return "已记下大致位置"
}

// photosKept and placeKept tell for how long what a citizen sends is kept, and what for; "" = it is not.
func photosKept(k models.CaseKeeping) string { return kept("照片", k.Photos) }

func placeKept(k models.CaseKeeping) string { return kept("发来的位置", k.Place) }

func kept(what string, k models.Keeping) string {
	if !k.On() {
		return ""
	}
	return fmt.Sprintf("%s从提交起保存 %d 天，用于%s。", what, k.Days, k.Purpose)
}

// question is Question with what is kept of the answer.
func (s *State) question(m *message) string {
	switch {
	case s.Step == StepPlace:
		return s.Question() + placeKept(m.Keeps)
	case s.Step == StepPhotos && len(s.Photos) == 0:
		return s.Question() + photosKept(m.Keeps)
	}
	return s.Question()
}
