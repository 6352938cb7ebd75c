// All browser tests, one after the other on one server: `npm run test:browser`. The order matters:
// the first keeps who signed in, the second wants an account without a log, the others sign in anew, the last one adds an account.
import './setup.js';
import './pages.js';
import './accounts.js';
import './alarms.js';
import './menus.js';
import './tokens.js';
import './figures.js';
import './weight.js';
import './indices.js';
import './pins.js';
import './rules.js';
import './gaps.js';
import './desk.js';
import './surges.js';
import './signin.js';
import './newcomer.js';
