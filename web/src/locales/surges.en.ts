export default {
  surges: {
    rule: 'first word: usually {usual}, grave {grave}',
    none: 'Nothing was asked by many at once in the last 14 days.',
    topic: 'What is asked', asks: '24 hours', clock: 'First word', answer: 'Met by', mark: 'Mark', mark_one: 'Mark “{topic}”',
    in_day: '{n} in 24 hours', since: 'since', questions: 'unmatched ones', usual: 'usually {n} a day', due: 'due',
    grave: 'grave', is_grave: 'Grave: the first word is due sooner',
    in_time: 'In time', late: 'Too late', overdue: '{by} overdue', left: '{left} left',
    nothing: 'Nothing yet', post: 'a post', marked_by: 'marked by {by}',
    met: 'Met by', other: 'Something else: mass answer, comment, another platform', what: 'What', when: 'Published at',
    audited: 'Marks are audited, and the diagnosis goes by them.', save: 'Save', done: 'Marked',
    how: 'At least 10 times in 24 hours and 5 times the daily mean of the 7 days before; posts whose topic or title fits count as the answer by themselves.',
  },
};
