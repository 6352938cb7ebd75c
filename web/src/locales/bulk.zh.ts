export default {
  bulk: {
    bar: '批量', picked: '已选 {n} 个', unpick: '取消选择', too_many: '一次至多 {n} 个', choose: '选中 {who}',
    ask: { take: '接入这 {n} 个？', transfer: '转交这 {n} 个？', close: '结束这 {n} 个？' }, take_effect: '接入之后由您答复。',
    did: { take: '接入了 {n} 个', transfer: '转交了 {n} 个', close: '结束了 {n} 个' }, refused: '{n} 个没有办成', seen: '知道了',
  },
};
