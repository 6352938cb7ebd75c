export default {
  ratings: {
    from: 'From', to: 'To',
    as_of: '{n} ratings',
    failed: 'The ratings could not be read',
    none: 'Nobody rated on these days. Citizens are asked after a conversation that a person answered, and after a closed case.',
    none_ever: 'Nobody rated yet. Citizens are asked after a conversation that a person answered, and after a closed case.', all_days: 'Show all days',
    total: { solved: 'Solved', satisfied: 'Satisfied' }, of: '{n}/{of}', small: 'too few',
    column: { at: 'Time', said: 'Rating', about: 'Of', staff: 'Answered by', citizen: 'Citizen' },
    said: { good: 'solved, satisfied', fair: 'solved, not satisfied', bad: 'not solved' },
    case: 'Case {number}', conversation: 'Conversation',
    latest: 'The last {n} are listed; the numbers are of all {of}',
  },
};
