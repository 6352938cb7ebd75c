export default {
  policy: {
    what: 'Rule',
    now: 'Now',
    where: 'Changed in',
    note: 'The same for everybody',
    in_file: 'In wenzheng.yaml, by the system administrator; holds after a restart',
    fixed: 'Fixed',
    on: 'At every sign-in',
    off_demo: 'Not in the demo',
    one: 'One place',
    times: '{n} times, then locked for {lasts}',
    characters: '{n} characters, {classes} kinds',
    days: '{n} days',
    never: 'Never',
    last: 'The last {n}',
    refused: 'Refused',
    foot: 'Unlock under Operators, end sessions of others under Sessions. People change their password under My account, or the system administrator resets it.',
    name: {
      second_factor: 'Code of the authenticator', idle: 'Signed out without use after', lifetime: 'Longest session', one_session: 'One person signed in at', name_failures: 'Wrong in a row with one name',
      address_failures: 'Wrong in a row from one address', password: 'Passwords have at least', password_days: 'Passwords are replaced after', password_history: 'A new password is none of', common: 'Common passwords, or with a name of person or office', link: 'A one-time link holds for',
    },
    why: {
      second_factor: 'Each code is good once', idle: 'Live figures are no use', lifetime: 'Then signing in again', one_session: 'Elsewhere it asks, then ends the former', name_failures: 'Names that do not exist too',
      address_failures: 'A whole office may share one', password: 'Capital and small letters, digits, others', password_days: 'Then signing in asks for a new one', password_history: 'One’s own, the one in use included', common: 'Looked at when a password is set', link: 'Once; the system administrator sends another',
    },
  },
};
