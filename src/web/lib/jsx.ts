// jsx.ts -- what markup in the sources becomes: build.mjs puts it into every file.

export { Fragment, h } from 'preact';
