package chat

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// events streams what happens in the citizen's chats.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	citizen := r.URL.Query().Get("citizen")
	if citizen == "" {
		refuse(w, http.StatusBadRequest, models.CodeInvalid, "缺少市民编号 citizen")
		return
	}
	clients := s.parties.clients()
	openIDs := make([]string, 0, len(clients))
	for _, c := range clients {
		openIDs = append(openIDs, s.citizenOpenID(c.Account().AppID, citizen))
	}
	events, stop := s.chats.listen(openIDs)
	defer stop()
	out := http.NewResponseController(w)
	_ = out.SetWriteDeadline(time.Time{}) // a server without deadlines has none to lift
	w.Header().Set("Content-Type", "text/event-stream")
	beat := time.NewTicker(15 * time.Second)
	defer beat.Stop()
	if _, err := fmt.Fprint(w, ": hello\n\n"); err != nil || out.Flush() != nil {
		return
	}
	for {
		var line string
		select {
		case <-r.Context().Done():
			return
		case <-s.chats.life.Done():
			return
		case <-beat.C:
			line = ": beat\n\n"
		case ev := <-events:
			data, err := json.Marshal(ev)
			if err != nil {
				continue
			}
			line = "data: " + string(data) + "\n\n"
		}
		if _, err := fmt.Fprint(w, line); err != nil || out.Flush() != nil {
			return
		}
	}
}
