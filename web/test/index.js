// All browser tests, one after the other on one server: `npm run test:browser`.
import './pages.js';
import './signin.js';
