// All browser tests, one after the other on one server: `npm run test:browser`.
import './pages.js';
import './figures.js';
import './indices.js';
import './accounts.js';
import './signin.js';
