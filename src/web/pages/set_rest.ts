// set_rest.ts -- what is loaded together: pages that are opened now and then.

import '../common';
export { Components } from './components';
export { PanelPage, Panels } from './panel';
export { Schedules } from './schedules';
export { SystemPage } from './system';
