// Browser tests of what people do, `npm run test:work`: rules, menus, emergencies, alarms, the desk, and of what first loads
// weigh. The desk wants people in an account that the others have done with; the last adds an account.
import './setup.js';
import './alarms.js';
import './menus.js';
import './tokens.js';
import './pins.js';
import './gaps.js';
import './rules.js';
import './outbox.js';
import './surges.js';
import './desk.js';
import './weight.js';
import './newcomer.js';
