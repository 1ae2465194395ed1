// Every schema that the gateway compiles is one: nothing of it is checked at a start.
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';

const folder = new URL('../../schemas/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.schema.json'));

test.each(names)('%s is a schema', (name) => {
  const ajv = new Ajv2020({ strict: false });
  const isSchema = ajv.validateSchema(JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
  expect(ajv.errors).toBeNull();
  expect(isSchema).toBe(true);
});
