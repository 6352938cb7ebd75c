// Browser tests of what there is to see and of who may: `npm run test:browser`, on one server. The order matters: the
// second wants an account without a log.
import './setup.js';
import './pages.js';
import './accounts.js';
import './figures.js';
import './indices.js';
import './signin.js';
