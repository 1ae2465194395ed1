// A decision's form against its schema: what a policy said becomes a typed value, or a sentence on what is wrong with it.
import { readFileSync } from 'node:fs';
import { Ajv2020, type DefinedError, type SchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Phase } from '../input/ask.ts';
import type { DecisionOf } from './decided.ts';

export type Checked<D> = Readonly<{ decision: D }> | Readonly<{ problem: string }>;
export type CheckDecision<D> = (value: unknown) => Checked<D>;

const schemas: Readonly<Record<Phase, string>> = {
  connect: 'connect-decision',
  statement: 'decision',
  approve: 'approve-decision',
  access: 'access-decision',
};

const compiled = new Map<Phase, CheckDecision<unknown>>();

/** Compiles the schema at the first call. */
export function decisionForm<P extends Phase>(phase: P): CheckDecision<DecisionOf[P]> {
  let check = compiled.get(phase);
  if (check === undefined) {
    check = compileForm(schemas[phase]);
    compiled.set(phase, check);
  }
  return check as CheckDecision<DecisionOf[P]>;
}

/** Each effect has a form of its own: the one that it names is what it is held against, and what a problem speaks of. */
function compileForm(name: string): CheckDecision<unknown> {
  const file = new URL(`../../../../schemas/${name}.schema.json`, import.meta.url);
  const schema = JSON.parse(readFileSync(file, 'utf8')) as SchemaObject;
  // By its kind, a mask is held against the one form that it means to have.
  if (schema.$defs.MaskRule !== undefined) schema.$defs.MaskRule.discriminator = { propertyName: 'kind' };
  // Our own schemas are held against that of schemas by a test, not at every start.
  const ajv = new Ajv2020({ strict: false, discriminator: true, validateSchema: false });
  ajv.addSchema(schema, name);
  const forms = new Map<string, ValidateFunction>();
  for (const { $ref } of schema.oneOf as readonly { $ref: string }[]) {
    const { effect } = schema.$defs[$ref.slice('#/$defs/'.length)].properties;
    forms.set(effect.const, ajv.getSchema(`${name}${$ref}`) as ValidateFunction);
  }
  const effects = [...forms.keys()].join(', ');
  return (value) => {
    const form = forms.get(effectOf(value) ?? '');
    if (form === undefined) return { problem: `its decision has no effect that is known: ${effects}` };
    if (form(value)) return { decision: deepFreeze(value) };
    return { problem: `its decision is malformed: ${describe(form.errors as DefinedError[])}` };
  };
}

function effectOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'effect')) return undefined;
  const { effect } = value as { effect: unknown };
  return typeof effect === 'string' ? effect : undefined;
}

/** Of the findings, the one that is deepest inside: what a choice between forms says besides is about the wrong ones. */
function describe(errors: readonly DefinedError[]): string {
  const telling = errors.filter(({ keyword }) => keyword !== 'oneOf' && keyword !== 'const');
  const [error = errors[0]] = telling.toSorted((a, b) => depthOf(b) - depthOf(a));
  return error === undefined ? 'it has another form' : `${error.instancePath || '/'} ${wordsOf(error)}`;
}

const depthOf = ({ instancePath }: DefinedError) => instancePath.split('/').length;

function wordsOf(error: DefinedError): string {
  switch (error.keyword) {
    case 'additionalProperties':
      return `must not have "${error.params.additionalProperty}"`;
    case 'enum':
      return `must be one of ${error.params.allowedValues.join(', ')}`;
    case 'discriminator':
      return `has a ${error.params.tag} that is not known`;
    default:
      return error.message ?? 'has another form';
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
