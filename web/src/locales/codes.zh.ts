export default {
  code: { label: '六位验证码', hint: '输满六位自动提交。数字每 30 秒换一次。' },
  password: {
    new: '新密码',
    old: '现在的密码',
    holds: '已满足',
    not_yet: '未满足',
    rule: { length: '至少 12 个字符', classes: '大写、小写、数字、符号中至少三种', name: '不含登录名' },
  },
  authenticator: {
    scan: '用手机上的验证器扫描：',
    picture: '绑定验证器的二维码',
    type: '不能扫描时，在验证器里输入这个密钥：',
    prove: '扫描后，输入验证器显示的六位数字。',
  },
  codes: {
    title: '恢复码',
    text: '手机不在身边时，每个恢复码可以登录一次。只显示这一次，请打印或抄下来，放在别人拿不到的地方。',
    of: '登录名：{name}',
    print: '打印',
    kept: '已保存',
    go_on: '继续',
  },
};
