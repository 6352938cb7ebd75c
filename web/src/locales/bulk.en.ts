export default {
  bulk: {
    bar: 'Several at once', picked: '{n} selected', unpick: 'Clear the selection', too_many: 'At most {n} at once', choose: 'Select {who}',
    ask: { take: 'Take these {n}?', transfer: 'Pass on these {n}?', close: 'Close these {n}?' }, take_effect: 'You answer them from then on.',
    did: { take: '{n} taken', transfer: '{n} passed on', close: '{n} closed' }, refused: '{n} were not changed', seen: 'Understood',
  },
};
