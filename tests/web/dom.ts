// dom.ts -- the little of a browser that modules of the page look at when they are loaded.

const at = 'http://host.test/ops/soniq/jobs?status=done';

Object.assign(globalThis, {
  document: {
    baseURI: 'http://host.test/ops/soniq/',
    documentElement: { dataset: {} },
    visibilityState: 'visible',
  },
  location: new URL(at),
  history: { state: null },
});
