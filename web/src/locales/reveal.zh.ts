export default {
  reveal: { see: '看原文', question: '看没有遮盖的原文？', effect: '显示 60 秒，理由记入审计。', why: '理由', shown: '原文，{n} 秒后遮盖' },
};
