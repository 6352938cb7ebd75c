package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/glebarez/sqlite"
	"gorm.io/driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// messageRow is what the usual hand-written callback inserts before it answers.
type messageRow struct {
	ID        uint64 `gorm:"primaryKey"`
	OpenID    string `gorm:"size:64"`
	Content   string `gorm:"size:2048"`
	CreatedAt time.Time
}

// synchronous is the usual design: gorm inserts the message, then the answer is written. It
// reads no signature and no XML, which flatters it.
func synchronous() (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	dialector := sqlite.Open(filepath.Join(os.TempDir(), fmt.Sprintf("wenzheng-bench-%d.db", os.Getpid())) +
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)")
	if dsn := os.Getenv("BENCH_MYSQL"); dsn != "" {
		dialector = mysql.Open(dsn + "?parseTime=true&charset=utf8mb4")
	}
	db, err := gorm.Open(dialector, &gorm.Config{Logger: logger.Discard})
	if err != nil {
		return nil, fmt.Errorf("bench: open: %w", err)
	}
	if err := db.AutoMigrate(&messageRow{}); err != nil {
		return nil, fmt.Errorf("bench: table: %w", err)
	}
	e := gin.New()
	e.POST("/wechat/callback/:app_id", func(c *gin.Context) {
		body, err := c.GetRawData()
		if err == nil {
			err = db.WithContext(c).Create(&messageRow{OpenID: c.Query("openid"), Content: string(body)}).Error
		}
		if err != nil {
			c.AbortWithStatus(http.StatusServiceUnavailable)
			return
		}
		c.String(http.StatusOK, "success")
	})
	return e, nil
}
