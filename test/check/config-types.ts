// The types of a loaded configuration, made from its schema.
import { readFile } from 'node:fs/promises';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import type { Generated } from './generated-file.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const schemaFile = new URL('../../schemas/config.schema.json', import.meta.url);

export const configTypes: Generated = {
  file: new URL('../../gateway/config/config.types.ts', import.meta.url),
  generate: generateTypes,
};

async function generateTypes(): Promise<string> {
  const schema: Json = JSON.parse(await readFile(schemaFile, 'utf8'));
  const text = await compile(asFilled(schema) as JSONSchema, 'Config', {
    additionalProperties: false,
    bannerComment: '// Generated from schemas/config.schema.json by `npm run generate`: do not edit.',
    format: true,
    ignoreMinAndMaxItems: true,
    style: { singleQuote: true, printWidth: 110, trailingComma: 'all' },
  });
  return asReadonly(text);
}

/** A key with a default is there once the file is loaded; and a reference is nothing but the name of a type. */
function asFilled(node: Json): Json {
  if (Array.isArray(node)) return node.map(asFilled);
  if (typeof node !== 'object' || node === null) return node;
  if (typeof node.$ref === 'string') return { $ref: node.$ref };
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, asFilled(value)]));
  const properties = node.properties;
  if (typeof properties === 'object' && properties !== null && !Array.isArray(properties)) {
    const filled = Object.keys(properties).filter((key) =>
      Object.hasOwn(properties[key] as object, 'default'),
    );
    copy.required = [...((node.required as string[] | undefined) ?? []), ...filled];
  }
  return copy;
}

/** The loaded configuration is frozen, and its type says so. */
function asReadonly(text: string): string {
  return text
    .replace(/\n +\*\n +\* @minItems \d+/g, '')
    .replace(/^( +)(\w+\??|\[k: string\]): /gm, '$1readonly $2: ')
    .replace(/(\([^()]*\)|[\w']+)\[\]/g, 'readonly $1[]');
}
