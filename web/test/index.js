// Browser tests of what there is to see and of who may: `npm run test:browser`, on one server. The order
// matters: the first keeps who signed in, the second wants an account without a log, the others sign in anew.
import './setup.js';
import './pages.js';
import './accounts.js';
import './figures.js';
import './indices.js';
import './signin.js';
