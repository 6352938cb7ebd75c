package console

import (
	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
)

// accountRoutes are those of the official accounts, their settings and the calendar of all of them.
func (d *Console) accountRoutes(v1 gin.IRouter) {
	v1.GET("/accounts", d.may(auth.ReadAccounts), d.do(d.accounts))
	v1.POST("/accounts", d.may(auth.WriteAccounts), d.do(d.addAccount))
	v1.GET("/accounts/:app_id", d.may(auth.ReadAccounts), d.do(d.account))
	v1.PUT("/accounts/:app_id", d.may(auth.WriteAccounts), d.do(d.changeAccount))
	v1.POST("/accounts/:app_id/check", d.may(auth.WriteAccounts), d.do(d.checkAccount))
	v1.GET("/accounts/:app_id/hours", d.may(auth.ReadAccounts), d.do(d.hours))
	v1.PUT("/accounts/:app_id/hours", d.may(auth.WriteAccounts), d.do(d.setHours))
	v1.DELETE("/accounts/:app_id/hours/:from", d.may(auth.WriteAccounts), d.do(d.removeSetting(models.SettingOfficeHours)))
	v1.GET("/accounts/:app_id/desk/:setting", d.may(auth.ReadAccounts), d.do(d.deskSetting))
	v1.PUT("/accounts/:app_id/desk/:setting", d.may(auth.WriteAccounts), d.do(d.setDesk))
	v1.DELETE("/accounts/:app_id/desk/:setting/:from", d.may(auth.WriteAccounts), d.do(d.removeDesk))
	v1.GET("/accounts/:app_id/limits", d.may(auth.ReadAccounts), d.do(d.limits))
	v1.PUT("/accounts/:app_id/limits", d.may(auth.WriteAccounts), d.do(d.setLimits))
	v1.DELETE("/accounts/:app_id/limits/:from", d.may(auth.WriteAccounts), d.do(d.removeSetting(models.SettingLimits)))
	v1.GET("/accounts/:app_id/notices", d.may(auth.ReadAccounts), d.do(d.noticeWay))
	v1.PUT("/accounts/:app_id/notices", d.may(auth.WriteAccounts), d.do(d.setNoticeWay))
	v1.DELETE("/accounts/:app_id/notices", d.may(auth.WriteAccounts), d.do(d.removeNoticeWay))
	v1.GET("/accounts/:app_id/alarms", d.may(auth.ReadAccounts), d.do(d.alarms))
	v1.PUT("/accounts/:app_id/alarms", d.may(auth.ChooseAlarms), d.do(d.chooseAlarms))
	v1.POST("/accounts/:app_id/alarms", d.may(auth.WriteAccounts), d.do(d.addChannel))
	v1.DELETE("/accounts/:app_id/alarms/:channel", d.may(auth.WriteAccounts), d.do(d.removeChannel))
	v1.POST("/accounts/:app_id/alarms/:channel/test", d.may(auth.WriteAccounts), d.do(d.testChannel))
	v1.GET("/calendar", d.may(auth.ReadCalendar), d.do(d.calendar))
	v1.PUT("/calendar/:date", d.may(auth.WriteCalendar), d.do(d.setDay))
	v1.DELETE("/calendar/:date", d.may(auth.WriteCalendar), d.do(d.unsetDay))
	v1.POST("/calendar/import", d.may(auth.WriteCalendar), d.do(d.importNotice))
}

func (d *Console) accounts(c *gin.Context) (any, error) {
	ids, err := appIDs(c)
	if err != nil {
		return nil, err
	}
	return d.o.Accounts.Views(c.Request.Context(), ids, d.o.Service)
}

func (d *Console) account(c *gin.Context) (any, error) {
	return d.o.Accounts.View(c.Request.Context(), c.Param("app_id"), d.o.Service)
}

// savedAccount is the account as it is after a change, and what looks wrong about it.
type savedAccount struct {
	accounts.View
	Remarks []string `json:"remarks"`
}

func (d *Console) addAccount(c *gin.Context) (any, error) {
	var q accounts.SaveRequest
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	saved, err := d.o.Accounts.Add(c.Request.Context(), callerOf(c).Who, q)
	return d.savedAccount(c, saved, err)
}

func (d *Console) changeAccount(c *gin.Context) (any, error) {
	var q accounts.SaveRequest
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	id := c.Param("app_id")
	if q.AppID != "" && q.AppID != id {
		return nil, models.Faulty("账号设置有误", models.Fault("app_id", "app_id_fixed", "AppID 不能改：请另加一个账号"))
	}
	q.AppID = id
	saved, err := d.o.Accounts.Change(c.Request.Context(), callerOf(c).Who, q)
	return d.savedAccount(c, saved, err)
}

func (d *Console) savedAccount(c *gin.Context, saved accounts.Saved, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	v, err := d.o.Accounts.View(c.Request.Context(), saved.Account.AppID, d.o.Service)
	return savedAccount{v, append([]string{}, saved.Remarks...)}, err
}

// checkAccount has the doctor look, who asks WeChat too and may wait for it.
func (d *Console) checkAccount(c *gin.Context) (any, error) {
	patient(c)
	return d.o.Accounts.Check(c.Request.Context(), c.Param("app_id"), d.o.Service)
}

func (d *Console) hours(c *gin.Context) (any, error) {
	return d.o.Accounts.Hours(c.Request.Context(), c.Param("app_id"))
}

func (d *Console) setHours(c *gin.Context) (any, error) {
	var q struct {
		From  string `json:"from"`
		Value string `json:"value"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	if q.Value == "" {
		return nil, models.Faulty("办公时间有误", models.Fault("value", "office_hours_missing", "请写办公时间，例 09:00-12:00,13:30-17:30"))
	}
	return setFrom(d.o.Accounts.SetSetting(c.Request.Context(), callerOf(c).Who, accounts.SettingRequest{
		AppID: c.Param("app_id"), Name: models.SettingOfficeHours, From: q.From, Value: q.Value,
	}))
}

func (d *Console) deskSetting(c *gin.Context) (any, error) {
	return d.o.Accounts.DeskSetting(c.Request.Context(), c.Param("app_id"), c.Param("setting"))
}

func (d *Console) setDesk(c *gin.Context) (any, error) {
	if _, err := d.deskSetting(c); err != nil {
		return nil, err
	}
	var q struct {
		From  string `json:"from"`
		Value string `json:"value"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	return setFrom(d.o.Accounts.SetSetting(c.Request.Context(), callerOf(c).Who, accounts.SettingRequest{
		AppID: c.Param("app_id"), Name: c.Param("setting"), From: q.From, Value: q.Value,
	}))
}

func (d *Console) removeDesk(c *gin.Context) (any, error) {
	if _, err := d.deskSetting(c); err != nil {
		return nil, err
	}
	return d.removeSetting(c.Param("setting"))(c)
}

func (d *Console) limits(c *gin.Context) (any, error) {
	return d.o.Accounts.Limits(c.Request.Context(), c.Param("app_id"))
}

func (d *Console) setLimits(c *gin.Context) (any, error) {
	var q struct {
		From   string                `json:"from"`
		Limits accounts.LimitsChange `json:"limits"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	if !q.Limits.Changes() {
		return nil, models.Faulty("时限有误", models.Fault("limits", "limits_missing", "请至少写一项要改的时限"))
	}
	return setFrom(d.o.Accounts.SetLimits(c.Request.Context(), callerOf(c).Who, c.Param("app_id"), q.From, &q.Limits))
}

func (d *Console) removeSetting(name string) func(c *gin.Context) (any, error) {
	return func(c *gin.Context) (any, error) {
		return setFrom(d.o.Accounts.RemoveSetting(c.Request.Context(), callerOf(c).Who, accounts.SettingRequest{
			AppID: c.Param("app_id"), Name: name, From: c.Param("from"),
		}))
	}
}

func (d *Console) noticeWay(c *gin.Context) (any, error) {
	return d.o.Accounts.Notices(c.Request.Context(), c.Param("app_id"))
}

// setNoticeWay asks WeChat for the template and may wait for it.
func (d *Console) setNoticeWay(c *gin.Context) (any, error) {
	var w models.NoticeWay
	if err := decode(c, &w); err != nil {
		return nil, err
	}
	patient(c)
	return d.o.Accounts.SetNotices(c.Request.Context(), callerOf(c).Who, c.Param("app_id"), w)
}

func (d *Console) removeNoticeWay(c *gin.Context) (any, error) {
	return d.o.Accounts.RemoveNotices(c.Request.Context(), callerOf(c).Who, c.Param("app_id"))
}

// validFrom says from which day on a change holds, "" = always.
type validFrom struct {
	ValidFrom string `json:"valid_from"`
}

func setFrom(v models.Setting, err error) (any, error) { return validFrom{v.ValidFrom}, err }
