// The types of the documents that schemas/ describes: a loaded configuration, what a policy is asked about and decides.
import { readFile } from 'node:fs/promises';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import type { Generated } from './generated-file.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export const schemaTypes: readonly Generated[] = [
  typesOf('config', 'Config', 'gateway/config/config.types.ts'),
  typesOf('agents', 'Agents', 'gateway/agent/agents.types.ts'),
  typesOf('audit-event', 'AuditEvent', 'gateway/audit/event/audit-event.types.ts'),
  typesOf('input', 'Input', 'gateway/sql/facts/input.types.ts'),
  typesOf('decision', 'Decision', 'gateway/policy/decision.types.ts'),
  typesOf('connect-decision', 'ConnectDecision', 'gateway/policy/connect-decision.types.ts'),
  typesOf('access-decision', 'AccessDecision', 'gateway/policy/access-decision.types.ts'),
  typesOf('approve-decision', 'ApproveDecision', 'gateway/policy/approve-decision.types.ts'),
];

function typesOf(schema: string, name: string, file: string): Generated {
  const source = `schemas/${schema}.schema.json`;
  return { file: fromRoot(file), generate: () => generateTypes(source, name) };
}

function fromRoot(path: string): URL {
  return new URL(`../../${path}`, import.meta.url);
}

async function generateTypes(source: string, name: string): Promise<string> {
  const schema: Json = JSON.parse(await readFile(fromRoot(source), 'utf8'));
  const text = await compile(asFilled(schema) as JSONSchema, name, {
    additionalProperties: false,
    bannerComment: `// Generated from ${source} by \`npm run generate\`: do not edit.`,
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

/** Nobody changes these documents, and their types say so. */
function asReadonly(text: string): string {
  return text
    .replace(/\n +\*\n +\* @minItems \d+/g, '')
    .replace(/^( +)(\w+\??|\[k: string\]): /gm, '$1readonly $2: ')
    .replace(/(\([^()]*\)|[\w']+)\[\](?:(\[\]))?/g, (_, item: string, list?: string) =>
      list === undefined ? `readonly ${item}[]` : `readonly (readonly ${item}[])[]`,
    );
}
