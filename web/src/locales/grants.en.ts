export default {
  grants: {
    text: 'Choose a row to change the roles of that person',
    none: 'Nobody to grant to. Ask the system administrator to add operators.',
    nothing: 'No grants',
    wake: 'The sign-in of this person was reset. Confirm that these grants still hold; until then they sleep.',
    save: 'Save',
    confirm: 'Confirm',
    saved: 'The grants of {name} are saved',
  },
};
