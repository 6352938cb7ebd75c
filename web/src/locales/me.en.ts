export default {
  me: {
    looks: 'Looks',
    sound: 'Tone', sound_on: 'on', sound_off: 'off', send_key: 'Send key',
    send_ctrl: 'Ctrl+Enter sends, Enter is a new line',
    send_enter: 'Enter sends, Ctrl+Enter is a new line',
    accounts: 'Accounts and roles',
    sessions: 'My sign-ins',
    password: 'Password',
    change_password: 'Change it',
    password_changed: 'The password is changed',
    authenticator: 'Authenticator',
    authenticator_text: 'With a new phone, bind it again. The old authenticator and recovery codes are void then.',
    bind: 'Bind again',
    codes_text: 'When they are used up or lost, make ten new ones. The old are void.',
    renew_codes: 'New recovery codes',
    demo: 'The demo has neither passwords nor authenticators.',
  },
};
