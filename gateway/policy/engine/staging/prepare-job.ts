// Tries a policy before it is put to work, in a thread: metering, its data, and the first evaluations take their time.
import { hostBuiltIns } from '../built-ins/host-built-ins.ts';
import { decisionForm } from '../decisions/decision-form.ts';
import { entrypointOf, neededPhases } from '../input/ask.ts';
import { EvaluationFailed } from '../instance/evaluation-failed.ts';
import { type InstanceLimits, type PolicyImage, PolicyInstance } from '../instance/policy-instance.ts';
import { meterModule } from '../metering/meter-module.ts';
import { ModuleRefused } from '../metering/module-refused.ts';
import { checkInterface } from './module-interface.ts';
import { phasesOf, smokeResult, smokeResults } from './smoke-input.ts';
import { findDifference, type TestInput } from './test-inputs.ts';

export type PrepareInput = Readonly<{
  wasm: Uint8Array;
  /** JSON. */
  data: string;
  limits: InstanceLimits;
  testInputs: readonly TestInput[];
}>;

/** A policy that passed, ready to be started anywhere. */
export type Prepared = Readonly<{
  /** The metered module. */
  module: Uint8Array<ArrayBuffer>;
  memoryPages: number;
  image: PolicyImage;
  entrypoints: Readonly<Record<string, number>>;
  /** JSON of the results of the smoke inputs: each new instance must have the same. */
  smoke: string;
}>;

export type Refusal = Readonly<{ code: string; message: string }>;

class Refused extends Error {
  readonly refusal: Refusal;
  constructor(code: string, message: string) {
    super(message);
    this.refusal = { code, message };
  }
}

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).buffer;

/** Refusals are values: only what nobody foresaw is thrown. */
export function preparePolicy(input: PrepareInput): { prepared: Prepared } | { refused: Refusal } {
  try {
    return { prepared: prepare(input) };
  } catch (error) {
    if (error instanceof Refused) return { refused: error.refusal };
    throw error;
  }
}

function prepare({ wasm, data, limits, testInputs }: PrepareInput): Prepared {
  const { bytes, memoryPages } = meter(wasm);
  const compiled = { module: compile(bytes), memoryPages };
  const source = { data: new TextEncoder().encode(data) };
  const instance = start(() => new PolicyInstance(compiled, source, limits));
  const unknown = instance.builtIns.filter((name) => !hostBuiltIns.has(name));
  if (unknown.length > 0)
    throw new Refused(
      'builtin_unknown',
      `its rules call ${unknown.sort().join(', ')}, which the gateway does not have; schemas/capabilities.json lists what it has`,
    );
  const missing = neededPhases
    .map((phase) => entrypointOf[phase])
    .filter((name) => !Object.hasOwn(instance.entrypoints, name));
  if (missing.length > 0)
    throw new Refused(
      'entrypoints_missing',
      `it has no entry point ${missing.join(', ')}; name each with -e when it is built`,
    );
  const image = instance.image();
  trySmokeInputs(instance);
  tryTestInputs(instance, testInputs);
  return {
    module: bytes,
    memoryPages,
    image,
    entrypoints: instance.entrypoints,
    smoke: smokeResults(instance),
  };
}

function meter(wasm: Uint8Array) {
  try {
    return meterModule(wasm);
  } catch (error) {
    if (error instanceof ModuleRefused) throw new Refused('wasm_malformed', error.message);
    throw error;
  }
}

function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  if (!WebAssembly.validate(bytes))
    throw new Refused('wasm_malformed', 'its policy.wasm is no valid WebAssembly module');
  const module = new WebAssembly.Module(bytes);
  const problem = checkInterface(module);
  if (problem !== undefined) throw new Refused('wasm_malformed', problem);
  return module;
}

function start(build: () => PolicyInstance): PolicyInstance {
  try {
    return build();
  } catch (error) {
    if (error instanceof EvaluationFailed && error.failure === 'memory')
      throw new Refused(
        'data_too_large',
        'its data needs more memory than evaluation.memory_bytes lets it have',
      );
    if (error instanceof EvaluationFailed)
      throw new Refused('data_malformed', `its data cannot be read: ${error.message}`);
    throw new Refused('wasm_malformed', 'its policy.wasm cannot be started as a module that OPA compiled');
  }
}

function trySmokeInputs(instance: PolicyInstance): void {
  for (const phase of phasesOf(instance)) {
    const what = `an ordinary input of ${entrypointOf[phase]}`;
    const result = orRefused(what, () => smokeResult(instance, phase));
    const checked = result === undefined ? undefined : decisionForm(phase)(result);
    if (checked !== undefined && 'problem' in checked)
      throw new Refused('decision_malformed', `for ${what}, ${checked.problem}`);
  }
}

function tryTestInputs(instance: PolicyInstance, testInputs: readonly TestInput[]): void {
  for (const [at, { entrypoint, input, result }] of testInputs.entries()) {
    const name = `test input ${at + 1} of its manifest`;
    const id = Object.hasOwn(instance.entrypoints, entrypoint) ? instance.entrypoints[entrypoint] : undefined;
    if (id === undefined)
      throw new Refused(
        'tests_differ',
        `${name} is for ${entrypoint}, which is no entry point of the module`,
      );
    const difference = findDifference(
      result,
      orRefused(name, () => instance.evaluate(id, encode(input))[0]?.result),
    );
    if (difference !== undefined)
      throw new Refused(
        'tests_differ',
        `${name} (${entrypoint}) is decided otherwise than where it was built: ${difference} differs; run its tests and build it again`,
      );
  }
}

function orRefused<Result>(what: string, evaluate: () => Result): Result {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof EvaluationFailed)
      throw new Refused('evaluation_failed', `it fails for ${what}: ${error.message}`);
    throw error;
  }
}
