// What ajv found wrong in a document, in words that say what would be right.
import type { AnySchemaObject, DefinedError } from 'ajv/dist/2020.js';
import { asClause, comparisons, describeValue, nameType } from '../../../config/index.ts';
import { suggest } from '../../suggest.ts';
import { type Path, pathOf } from './path.ts';

export type SchemaProblem = Readonly<{ path: Path; text: string }>;

export function describeProblems(errors: readonly DefinedError[], value: unknown): SchemaProblem[] {
  const problems = withoutEchoes(errors).map((error) => describe(error, value));
  return problems.filter(
    ({ path, text }, at) =>
      problems.findIndex((other) => other.text === text && other.path.join('\0') === path.join('\0')) === at,
  );
}

/**
 * A union reports what is wrong in each branch and then itself. Where the value is of a branch's kind, that branch
 * says best what is wrong; otherwise the union itself does.
 */
function withoutEchoes(errors: readonly DefinedError[]): DefinedError[] {
  const isUnion = ({ keyword }: DefinedError) => keyword === 'anyOf' || keyword === 'oneOf';
  let kept = [...errors];
  for (const union of errors.filter(isUnion)) {
    const inside = kept.filter(
      (error) => error !== union && error.schemaPath.startsWith(`${union.schemaPath}/`),
    );
    const deeper = inside.filter(({ instancePath }) => instancePath.length > union.instancePath.length);
    const dropped = new Set(
      deeper.length > 0 ? [union, ...inside.filter((error) => !deeper.includes(error))] : inside,
    );
    kept = kept.filter((error) => !dropped.has(error));
  }
  return kept.filter(({ keyword }) => (keyword as string) !== 'if');
}

function describe(error: DefinedError, value: unknown): SchemaProblem {
  const path = pathOf(error.instancePath, value);
  const found = describeValue(error.data);
  const purpose = asClause((error.parentSchema?.description as string | undefined) ?? 'see the schema');
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const { additionalProperty, unevaluatedProperty } = error.params as Record<string, string>;
      const key = additionalProperty ?? unevaluatedProperty ?? '';
      const known = Object.keys(error.parentSchema?.properties ?? {});
      const meant = suggest(key, known);
      const right = meant === undefined ? `known keys are ${known.join(', ')}` : `did you mean "${meant}"?`;
      return { path: [...path, key], text: `unknown key; ${right}` };
    }
    case 'required': {
      const key = error.params.missingProperty;
      const properties = error.parentSchema?.properties as Record<string, AnySchemaObject> | undefined;
      return {
        path,
        text: `"${key}" is missing; set it: ${asClause(properties?.[key]?.description ?? key)}`,
      };
    }
    case 'enum': {
      const allowed = error.params.allowedValues.map(String);
      const meant = typeof error.data === 'string' ? suggest(error.data, allowed) : undefined;
      const guess = meant === undefined ? '' : `did you mean "${meant}"? `;
      return { path, text: `${found} is not known; ${guess}it is one of ${allowed.join(', ')}` };
    }
    case 'const':
      return { path, text: `${found} is not accepted; it is ${JSON.stringify(error.params.allowedValue)}` };
    case 'type':
      return { path, text: `${found} is of the wrong type; it must be ${nameType(error.params.type)}` };
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum': {
      const { comparison, limit } = error.params;
      return { path, text: `${found} is out of range; it must be ${comparisons[comparison]} ${limit}` };
    }
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return { path, text: `it is empty; ${purpose}` };
    case 'uniqueItems':
      return { path, text: 'it has an entry twice; leave one out' };
    case 'propertyNames':
      return { path, text: `the key "${error.params.propertyName}" is not accepted; ${purpose}` };
    default:
      return { path, text: `${found} is not accepted; ${purpose}` };
  }
}
