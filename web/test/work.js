// Browser tests of what else people do, `npm run test:work`: rules, gaps, menus, emergencies, alarms, messages, and of what
// first loads weigh. The last adds an account.
import './setup.js';
import './alarms.js';
import './menus.js';
import './tokens.js';
import './pins.js';
import './gaps.js';
import './rules.js';
import './roster.js';
import './cases.js';
import './outbox.js';
import './surges.js';
import './weight.js';
import './newcomer.js';
