export default {
  sessions: {
    address: '来自',
    started: '登录时间',
    seen: '最近操作',
    end: '结束',
    ended: '已结束这次登录',
    this: '就是这里',
    agent: '浏览器',
    count: '{n} 处登录',
    ask: '结束 {name} 的登录？',
    effect: '那边马上退出，没有保存的内容会丢失。',
  },
};
