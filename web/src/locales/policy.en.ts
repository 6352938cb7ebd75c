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
    refused: 'Refused',
    foot: 'Unlock under Operators, end sessions of others under Sessions. Passwords do not expire; people change theirs under My account, or the system administrator resets them.',
    name: {
      second_factor: 'Code of the authenticator', idle: 'Signed out without use after', lifetime: 'Longest session', one_session: 'One person signed in at', name_failures: 'Wrong in a row with one name',
      address_failures: 'Wrong in a row from one address', password: 'Passwords have at least', common: 'Common passwords, or with a name of person or office', link: 'A one-time link holds for',
    },
    why: {
      second_factor: 'Each code is good once', idle: 'Live figures are no use', lifetime: 'Then signing in again', one_session: 'Elsewhere it asks, then ends the former', name_failures: 'Names that do not exist too',
      address_failures: 'A whole office may share one', password: 'Capital and small letters, digits, others', common: 'Looked at when a password is set', link: 'Once; the system administrator sends another',
    },
  },
};
