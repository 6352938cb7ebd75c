export default {
  surges: {
    rule: '首次回应：一般 {usual}，重大 {grave}',
    none: '最近 14 天没有集中咨询。',
    topic: '问的是什么', asks: '24 小时', clock: '首次回应', answer: '由什么回应', mark: '标记', mark_one: '标记“{topic}”',
    in_day: '24 小时 {n} 次', since: '始于', questions: '看未命中的', usual: '平时一天 {n} 次', due: '时限',
    grave: '重大', is_grave: '重大舆情，时限较短',
    in_time: '按时回应', late: '逾期回应', overdue: '逾期 {by}', left: '还剩 {left}',
    nothing: '还没有', post: '文章', marked_by: '{by} 标记',
    met: '由什么回应', other: '别的：群发、评论、另一平台', what: '是什么', when: '何时发布的',
    audited: '标记记入审计，诊断按它计算。', save: '保存', done: '已标记',
    how: '24 小时内至少 10 次、且为前 7 天日均 5 倍以上的算集中咨询；主题或标题对得上的文章自动算作回应。',
  },
};
