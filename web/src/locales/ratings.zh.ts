export default {
  ratings: {
    from: '从', to: '到',
    as_of: '{n} 次评价',
    failed: '没有读到评价',
    none: '这段时间还没有评价。有人答复的接待、办结的工单，市民会收到评价的请求。',
    none_ever: '还没有评价。有人答复的接待、办结的工单，市民会收到评价的请求。', all_days: '看全部日期',
    total: { solved: '解决', satisfied: '满意' }, of: '{n}/{of}', small: '样本不足',
    column: { at: '时间', said: '评价', about: '评的是', staff: '谁答复的', citizen: '市民' },
    said: { good: '解决了，满意', fair: '解决了，不满意', bad: '没解决' },
    case: '工单 {number}', conversation: '接待',
    latest: '列出最近 {n} 次，合计为全部 {of} 次',
  },
};
