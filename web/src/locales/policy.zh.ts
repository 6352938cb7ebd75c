export default {
  policy: {
    what: '规定',
    now: '现在',
    where: '在哪里改',
    note: '对每个人都一样',
    in_file: '在 wenzheng.yaml 里改，由系统管理员重启后生效',
    fixed: '固定，不能改',
    on: '每次登录都要',
    off_demo: '演示不要',
    one: '一处',
    times: '{n} 次，锁定 {lasts}',
    characters: '{n} 个字符，{classes} 种',
    days: '{n} 天',
    never: '不定期更换',
    last: '最近 {n} 个',
    refused: '不收',
    foot: '解锁在“操作员”里，结束别人的登录在“在线会话”里。要换密码，由本人在“我的”里改，或请系统管理员重置。',
    name: {
      second_factor: '验证器的六位验证码', idle: '不操作多久退出', lifetime: '一次登录最长多久', one_session: '同一个人同时登录', name_failures: '同一登录名连续输错',
      address_failures: '同一地址连续输错', password: '密码至少', password_days: '密码用满多久须更换', password_history: '新密码不得相同于', common: '常见密码和含姓名、单位名的密码', link: '一次性链接有效',
    },
    why: {
      second_factor: '每组数字只能用一次', idle: '自动刷新不算操作', lifetime: '到时须重新登录', one_session: '在别处登录会先问，再结束原来的', name_failures: '登录名不存在也一样锁定',
      address_failures: '一个单位常共用一个地址', password: '大写、小写、数字、符号', password_days: '到时登录后先换新的', password_history: '自己用过的密码，现在的一个在内', common: '设置密码时核对', link: '只能用一次，过期请系统管理员重发',
    },
  },
};
