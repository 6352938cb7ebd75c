package platform

import (
	"bytes"
	"image/jpeg"
	"testing"
)

// TestMaterials_OfABackOffice: an account has some of every kind, told a page at a time, the newest first.
func TestMaterials_OfABackOffice(t *testing.T) {
	tn := newTown(t, nil)
	list := func(kind string, offset, count int) (ids []string, total any) {
		answer := tn.must("/cgi-bin/material/batchget_material", m{"type": kind, "offset": offset, "count": count})
		for _, item := range answer["item"].([]any) {
			ids = append(ids, item.(map[string]any)["media_id"].(string))
		}
		return ids, answer["total_count"]
	}
	for _, kind := range []string{"image", "voice", "video", "news"} {
		if ids, _ := list(kind, 0, 20); len(ids) == 0 {
			t.Errorf("no %s", kind)
		}
	}
	if ids, total := list("image", 1, 1); len(ids) != 1 || ids[0] != "material-image-bus" || total != 3.0 {
		t.Errorf("%v of %v", ids, total)
	}
	counts := tn.must("/cgi-bin/material/get_materialcount", nil)
	if counts["news_count"] != 2.0 || counts["image_count"] != 3.0 {
		t.Errorf("%v", counts)
	}
	if items := tn.must("/cgi-bin/material/get_material", m{"media_id": "material-news-guide"})["news_item"].([]any); len(items) != 2 {
		t.Errorf("%v", items)
	}
	_, body, ok := tn.p.Media(tn.appID, "material-image-bus")
	if _, err := jpeg.Decode(bytes.NewReader(body)); !ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	tn.p.SetMaterials(tn.appID, []Material{{ID: "M", Kind: "voice", Name: "a.mp3"}})
	if ids, _ := list("voice", 0, 20); len(ids) != 1 || ids[0] != "M" {
		t.Errorf("%v", ids)
	}
	if ids, total := list("news", 0, 20); ids != nil || total != 0.0 {
		t.Errorf("%v of %v", ids, total)
	}
	for _, body := range []m{{"type": "thumb", "count": 1}, {"type": "news", "count": 21}, {"type": "news", "offset": -1, "count": 1}} {
		if _, code := tn.call("/cgi-bin/material/batchget_material", body); code != 40004 && code != 40097 {
			t.Errorf("%v: %d", body, code)
		}
	}
}
