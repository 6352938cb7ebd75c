package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store/mysql"
	"github.com/wenzheng/wenzheng/store/sqlite"
)

var (
	errSchema   = errors.New("the schema is not the program's: run wenzheng migrate up")
	errVolatile = errors.New("the database may lose committed rows in a power cut")
)

// recheck is how long a look at the durability settings is trusted: somebody may change
// them while the program runs.
const recheck = 5 * time.Minute

// ready refuses to record into a schema that does not fit or, when asked to, into a
// database that is not durable. What it saw is remembered until something fails.
func (s *Store) ready(ctx context.Context) error {
	s.mu.Lock()
	fits, checked, faults := s.fits, s.checked, s.durable
	s.mu.Unlock()
	if !fits {
		if err := s.checkSchema(ctx); err != nil {
			return err
		}
	}
	if s.opt.Now().Sub(checked) > recheck || checked.IsZero() || s.opt.RequireDurable && len(faults) > 0 {
		var err error
		if faults, err = s.checkDurable(ctx); err != nil {
			return err
		}
	}
	if s.opt.RequireDurable && len(faults) > 0 {
		return fmt.Errorf("%w: %s", errVolatile, strings.Join(faults, "; "))
	}
	return nil
}

// doubt forgets what was seen: after a fault the server may be another one.
func (s *Store) doubt() {
	s.mu.Lock()
	s.fits, s.checked = false, time.Time{}
	s.mu.Unlock()
}

func (s *Store) checkSchema(ctx context.Context) error {
	steps, err := s.steps()
	if err != nil {
		return err
	}
	applied, err := s.applied(ctx)
	if err != nil {
		return err
	}
	for _, m := range steps {
		if !applied[m.Version] {
			return fmt.Errorf("%w: step %s is missing", errSchema, m.Name)
		}
		delete(applied, m.Version)
	}
	for version := range applied {
		return fmt.Errorf("%w: step %d is of a newer program", errSchema, version)
	}
	s.mu.Lock()
	s.fits = true
	s.mu.Unlock()
	return nil
}

// Ready reports why rows can not be stored now, as a *models.Error for people, or nil.
func (s *Store) Ready(ctx context.Context) error {
	err := s.checkSchema(ctx)
	if err == nil && s.opt.RequireDurable {
		err = s.ready(ctx)
	}
	if err == nil {
		return nil
	}
	return Explain(err)
}

// Explain says what a fault of the database means to people, without the words of its
// driver, which may name users and hosts.
func Explain(err error) *models.Error {
	var told *models.Error
	switch {
	case errors.As(err, &told):
		return told
	case errors.Is(err, seal.ErrKey):
		return models.NewError(models.CodeUnavailable, "secret_key 不是这份数据的密钥：请换回原来的密钥，更换密钥时请把旧的写进 previous_secret_key")
	case errors.Is(err, errSchema) && strings.Contains(err.Error(), "newer program"):
		return models.NewError(models.CodeUnavailable, "数据库结构比程序新：请升级程序，或恢复与程序同版本的数据库")
	case errors.Is(err, errSchema) || staleSchema(err):
		return models.NewError(models.CodeUnavailable, "数据库结构与程序不符：请运行 wenzheng migrate up")
	case errors.Is(err, errVolatile):
		return models.NewError(models.CodeUnavailable, "数据库断电可能丢失数据，已按设置暂停入库：请把 innodb_flush_log_at_trx_commit 与 sync_binlog 设为 1")
	case classify(err) == models.FaultSetup:
		return models.NewError(models.CodeUnavailable, "数据库拒绝访问或已损坏：请检查用户名、密码、权限与库名")
	}
	return models.NewError(models.CodeUnavailable, "数据库暂时不可用：请检查数据库是否运行、网络是否连通")
}

// Warnings names, for people, settings that work but put data at risk. It says nothing
// of a database it can not reach.
func (s *Store) Warnings(ctx context.Context) []string {
	out := append([]string{}, s.settings...)
	faults, err := s.checkDurable(ctx)
	if err == nil {
		for _, f := range faults {
			out = append(out, "数据库断电可能丢失已入库的数据："+f)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.triggers {
		out = append(out, "数据库不允许建立审计保护触发器：请收回程序账号对 audit 表的 UPDATE、DELETE 权限")
	}
	return out
}

func (s *Store) checkDurable(ctx context.Context) ([]string, error) {
	check := sqlite.Volatile
	if s.dialect.MySQL() {
		check = mysql.Volatile
	}
	faults, err := check(ctx, s.pools[0])
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.durable, s.checked = faults, s.opt.Now()
	s.mu.Unlock()
	return faults, nil
}
