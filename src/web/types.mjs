// types.mjs -- writes gen/api.ts, the types of the API, from api/openapi.yaml.

import openapiTS, { astToString } from 'openapi-typescript';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));
const root = process.env.SONIQ_ROOT ?? resolve(here, '../..');
const api = parse(readFileSync(join(root, 'api/openapi.yaml'), 'utf8'), {
  merge: true,
  maxAliasCount: -1,
});
const ast = await openapiTS(api);
mkdirSync(join(here, 'gen'), { recursive: true });
writeFileSync(join(here, 'gen/api.ts'), astToString(ast));
