export default {
  sessions: {
    address: 'From',
    started: 'Since',
    seen: 'Last action',
    end: 'End',
    ended: 'The session is ended',
    this: 'this one',
    agent: 'Browser',
    count: '{n} signed in',
    ask: 'End the session of {name}?',
    effect: 'They are signed out at once; what is not saved there is lost.',
  },
};
