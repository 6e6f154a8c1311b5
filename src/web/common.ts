// common.ts -- what most pieces of the page need, loaded with the page itself and in one file with
// it: main and every piece name it, so that the build finds it to be common to all.  A file of its
// own for what some of them share costs each page a request and the browser a parser.

import './lib/actions';
import './lib/command';
import './lib/range';
import './lib/theme';
import './lib/trace';
import './parts/confirm';
import './parts/dialog';
import './parts/error';
import './parts/export';
import './parts/finding';
import './parts/percentiles';
import './parts/state';
import './parts/table';
import './parts/terminal';
import './shell/keytable';
import './shell/places';
