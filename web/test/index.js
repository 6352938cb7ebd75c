// Browser tests of what there is to see, of who may, and of the desk: `npm run test:browser`, on one server. The order
// matters: the second wants an account without a log, the last gives an account to people.
import './setup.js';
import './pages.js';
import './accounts.js';
import './figures.js';
import './indices.js';
import './signin.js';
import './desk.js';
