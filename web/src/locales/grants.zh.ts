export default {
  grants: {
    text: '点一行，改这个人在各账号的角色',
    none: '还没有可以授权的人。请系统管理员先添加操作员。',
    nothing: '没有授权',
    wake: '这个人的登录被重置过。请确认以下授权仍然有效，确认后才恢复。',
    save: '保存授权',
    confirm: '确认授权',
    saved: '{name}的授权已保存',
  },
};
