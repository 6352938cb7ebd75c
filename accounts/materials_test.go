package accounts

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator/platform"
)

// TestMaterials_PageByPage: each is told once, the newest first.
func TestMaterials_PageByPage(t *testing.T) {
	t.Parallel()
	a, account, p := menuAccount(t, true)
	var list []platform.Material
	for i := range 25 {
		list = append(list, platform.Material{ID: fmt.Sprint("M", i), Kind: "image", Name: fmt.Sprintf("图%d.png", i), At: testTime})
	}
	for i := range 7 {
		list = append(list, platform.Material{ID: fmt.Sprint("N", i), Kind: "news", At: testTime, Articles: []models.Article{{Title: fmt.Sprint("文", i), URL: "http://a"}, {Title: "次", URL: "http://b"}}})
	}
	p.SetMaterials(account.AppID, list)
	for kind, c := range map[models.ReplyKind]struct {
		pages, all  int
		first, last string
	}{models.ReplyImage: {2, 25, "M24", "M0"}, models.ReplyNews: {2, 7, "N6", "N0"}, models.ReplyVoice: {1, 0, "", ""}} {
		ids, pages := []string{}, 0
		for offset := 0; ; pages++ {
			page, err := a.Materials(t.Context(), MaterialRequest{Account: account, Kind: kind, Offset: offset})
			if err != nil || page.Total != c.all {
				t.Fatalf("%s: %+v, %v", kind, page, err)
			}
			for _, m := range page.Materials {
				ids = append(ids, m.MediaID)
			}
			if rows := fmt.Sprint(MaterialRows(&page)); page.Next != nil && !strings.Contains(rows, fmt.Sprint("--offset ", *page.Next)) || len(page.Materials) == 0 && !strings.Contains(rows, "没有这一类") {
				t.Errorf("told as %s", rows)
			}
			if page.Next == nil {
				pages++
				break
			}
			offset = *page.Next
		}
		if pages != c.pages || len(ids) != c.all || c.all > 0 && (ids[0] != c.first || ids[len(ids)-1] != c.last) {
			t.Errorf("%s: %d pages of %v", kind, pages, ids)
		}
	}
	page, err := a.Materials(t.Context(), MaterialRequest{Account: account, Kind: models.ReplyNews, Offset: 6})
	if err != nil || len(page.Materials) != 1 || len(page.Materials[0].Articles) != 2 {
		t.Fatalf("%+v, %v", page, err)
	}
	if row := MaterialRows(&page)[0]; row[0] != "N0" || row[2] != "文0、次" || row[1] != testTime.In(models.Shanghai()).Format("2006-01-02 15:04:05") {
		t.Errorf("told as %q", row)
	}
}

// TestMaterials_RefusalsSayWhatToDo: an account without the right, without its secret, and requests
// that WeChat is not asked.
func TestMaterials_RefusalsSayWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		verified   bool
		secret     string
		kind       models.ReplyKind
		offset     int
		code, says string
	}{
		"no right":     {false, strings.Repeat("0", 32), models.ReplyImage, 0, models.CodeConflict, "没有这个接口的权限（错误码 48001）"},
		"no secret":    {true, "", models.ReplyImage, 0, models.CodeConflict, "AppSecret"},
		"unknown kind": {true, strings.Repeat("0", 32), "thumb", 0, models.CodeInvalid, "kind"},
		"before all":   {true, strings.Repeat("0", 32), models.ReplyImage, -1, models.CodeInvalid, "offset"},
		"far beyond":   {true, strings.Repeat("0", 32), models.ReplyImage, MaxMaterialOffset + 1, models.CodeInvalid, "offset"},
	} {
		a, account, _ := menuAccount(t, c.verified)
		account.Secret = c.secret
		page, err := a.Materials(t.Context(), MaterialRequest{Account: account, Kind: c.kind, Offset: c.offset})
		if models.ErrorCode(err) != c.code || !strings.Contains(err.Error()+models.JSON(err), c.says) || page.Materials != nil {
			t.Errorf("%s: %+v, %v", name, page, err)
		}
	}
	a, account, p := menuAccount(t, true)
	p.SetFaults(platform.Fault{Path: "/cgi-bin/material/batchget_material", Kind: platform.FaultErrcode, Code: 48004})
	if _, err := a.Materials(t.Context(), MaterialRequest{Account: account, Kind: models.ReplyImage}); models.ErrorCode(err) != models.CodeConflict || !strings.Contains(err.Error(), "48004") {
		t.Errorf("a right that was taken away: %v", err)
	}
}
