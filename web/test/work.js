// Browser tests of what people do, `npm run test:work`: rules, menus, emergencies, alarms, the desk, and of what first loads
// weigh. The last adds an account.
import './setup.js';
import './people.js';
import './alarms.js';
import './menus.js';
import './tokens.js';
import './pins.js';
import './rules.js';
import './gaps.js';
import './outbox.js';
import './desk.js';
import './surges.js';
import './weight.js';
import './newcomer.js';
