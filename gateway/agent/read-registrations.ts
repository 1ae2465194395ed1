// Registrations against their schema, with what isn't written filled in.
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Agents, Registration } from './agents.types.ts';

const schemaFile = new URL('../../schemas/agents.schema.json', import.meta.url);
let compiled: ValidateFunction | undefined;

/** What is wrong with it, a line each; or the registrations, in the order of their names. */
export function readRegistrations(
  value: unknown,
): readonly Registration[] | Readonly<{ problems: string[] }> {
  compiled ??= new Ajv2020({ allErrors: true, useDefaults: true }).compile(
    JSON.parse(readFileSync(schemaFile, 'utf8')),
  );
  const document: unknown = structuredClone(value);
  if (!compiled(document)) {
    const problems = (compiled.errors ?? []).map(({ instancePath, message, params }) => {
      const key = (params as { additionalProperty?: string }).additionalProperty;
      return `${instancePath === '' ? 'the file' : instancePath.slice(1).replaceAll('/', '.')}: ${
        key === undefined ? message : `there is no key "${key}"`
      }`;
    });
    return { problems };
  }
  const { agents } = document as Agents;
  const problems = agents.flatMap(({ name, until, owner }, at) => [
    ...(agents.findIndex((other) => other.name === name) < at
      ? [`agents.${at}: ${name} is there already`]
      : []),
    ...(until !== undefined && Number.isNaN(Date.parse(until)) ? [`agents.${at}.until: it is no time`] : []),
    ...(owner === name ? [`agents.${at}.owner: nobody owns themselves`] : []),
  ]);
  if (problems.length > 0) return { problems };
  return agents.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
