// The configuration against its schema: fills defaults, finds file names, and puts ajv's findings into words.
import { readFileSync } from 'node:fs';
import { Ajv2020, type AnySchemaObject, type DefinedError, type ValidateFunction } from 'ajv/dist/2020.js';
import { nearest, type Path, type Problem } from './problem.ts';
import { asClause, comparisons, describeValue, nameType } from './schema-words.ts';

/**
 * A file that the configuration names; `readable` must be there, `created` may come later, and in the place of a
 * `location` a URL may stand.
 */
export type FileName = {
  path: Path;
  holder: Record<string, unknown>;
  key: string;
  need: 'readable' | 'created' | 'location';
};
export type Shape = { problems: readonly Problem[]; files: readonly FileName[] };

const schemaFile = new URL('../../schemas/config.schema.json', import.meta.url);
let compiled: ValidateFunction | undefined;

/** Checks and completes `value` in place. */
export function checkShape(value: object): Shape {
  compiled ??= compileSchema();
  const files: FileName[] = [];
  const valid = compiled.call({ files }, value);
  const errors = valid ? [] : (compiled.errors as DefinedError[]);
  return { problems: withoutEchoes(errors).map(describe), files };
}

function compileSchema(): ValidateFunction {
  const ajv = new Ajv2020({
    allErrors: true,
    useDefaults: true,
    verbose: true,
    passContext: true,
    allowUnionTypes: true,
    strictRequired: false,
    // The schema is ours: a test holds it against that of schemas, not every start.
    validateSchema: false,
  });
  ajv.addKeyword({
    keyword: 'file',
    type: 'string',
    schemaType: 'string',
    errors: false,
    validate: collectFile,
  });
  return ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')));
}

function collectFile(
  this: { files: FileName[] } | unknown,
  need: FileName['need'],
  _name: string,
  _schema?: AnySchemaObject,
  place?: { instancePath: string; parentData: Record<string, unknown>; parentDataProperty: string | number },
): boolean {
  if (place) {
    const { instancePath, parentData: holder, parentDataProperty } = place;
    (this as { files: FileName[] }).files.push({
      path: toPath(instancePath),
      holder,
      key: String(parentDataProperty),
      need,
    });
  }
  return true;
}

/** `anyOf` reports each branch and then itself: the last one says it all. */
function withoutEchoes(errors: readonly DefinedError[]): readonly DefinedError[] {
  const unions = errors.filter((error) => error.keyword === 'anyOf').map((error) => `${error.schemaPath}/`);
  return errors.filter((error) => !unions.some((prefix) => error.schemaPath.startsWith(prefix)));
}

function describe(error: DefinedError): Problem {
  const path = toPath(error.instancePath);
  const purpose =
    (error.parentSchema?.description as string | undefined) ?? 'see the configuration reference';
  const found = describeValue(error.data);
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = error.params.additionalProperty;
      const known = Object.keys(error.parentSchema?.properties ?? {});
      const meant = nearest(key, known);
      const right = meant ? `did you mean "${meant}"?` : `known keys are ${known.join(', ')}`;
      return { path: [...path, key], wrong: 'unknown key', right };
    }
    case 'required': {
      const key = error.params.missingProperty;
      const property = (error.parentSchema?.properties as Record<string, AnySchemaObject> | undefined)?.[key];
      return {
        path: [...path, key],
        wrong: 'is missing',
        right: `set it: ${asClause(property?.description ?? key)}`,
      };
    }
    case 'enum': {
      const allowed = error.params.allowedValues.map(String);
      const meant = typeof error.data === 'string' ? nearest(error.data, allowed) : undefined;
      const right = `${meant ? `did you mean "${meant}"? ` : ''}it must be one of ${allowed.join(', ')}`;
      return { path, wrong: `${found} is not known`, right };
    }
    case 'type':
      return {
        path,
        wrong: `${found} is of the wrong type`,
        right: `it must be ${nameType(error.params.type)}`,
      };
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum': {
      const { comparison, limit } = error.params;
      return {
        path,
        wrong: `${found} is out of range`,
        right: `it must be ${comparisons[comparison]} ${limit}`,
      };
    }
    case 'minLength':
    case 'minItems':
      return { path, wrong: 'is empty', right: asClause(purpose) };
    case 'maxLength':
      return { path, wrong: 'is too long', right: `it may have ${error.params.limit} characters` };
    default:
      return { path, wrong: `${found} is not accepted`, right: asClause(purpose) };
  }
}

function toPath(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
