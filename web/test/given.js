// What all tests share: one demo installation (office), one browser, the people of the demo.
export const given = {};
