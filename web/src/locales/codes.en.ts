export default {
  code: { label: 'Six digits', hint: 'The sixth digit submits. They change every 30 s.' },
  password: {
    new: 'New password',
    old: 'Present password',
    holds: 'Holds',
    not_yet: 'Not yet',
    rule: { length: 'At least 12 characters', classes: 'Three of capitals, small letters, digits, signs', name: 'Not containing the name' },
  },
  authenticator: {
    scan: 'Scan with the authenticator on your phone:',
    picture: 'QR code for the authenticator',
    type: 'If you cannot scan, type this key into it:',
    prove: 'Then enter the six digits it shows.',
  },
  codes: {
    title: 'Recovery codes',
    text: 'Each code lets you in once without the phone. They are shown this once: print or write them down, and keep them where nobody else gets them.',
    of: 'Name: {name}',
    print: 'Print',
    kept: 'I kept them',
    go_on: 'Go on',
  },
};
