export default {
  me: {
    looks: '界面',
    sound: '提示音', sound_on: '有', sound_off: '无', send_key: '发送键',
    send_ctrl: 'Ctrl+Enter 发送，Enter 换行',
    send_enter: 'Enter 发送，Ctrl+Enter 换行',
    accounts: '账号与角色',
    sessions: '我的登录',
    password: '密码',
    change_password: '改密码',
    password_changed: '密码已改',
    authenticator: '验证器',
    authenticator_text: '换手机时，在新手机上重新绑定。旧的验证器和恢复码随之作废。',
    bind: '重新绑定',
    codes_text: '用完或丢失时，生成十个新的，旧的作废。',
    renew_codes: '生成新的恢复码',
    demo: '演示没有密码和验证器。',
  },
};
