// What a policy's module calls outside of itself: the few built-in functions that are written in JavaScript.
import { type HostBuiltIn, hostBuiltIns } from '../built-ins/host-built-ins.ts';
import { stepsExport } from '../metering/meter-module.ts';
import { EvaluationFailed } from './evaluation-failed.ts';
import { type PolicyExports, readText } from './exports.ts';

/** What crossing into JavaScript costs, and each character that crosses with it: none of it is metered otherwise. */
const stepsPerCall = 2000;
const stepsPerCharacter = 4;

export type Host = Readonly<{
  imports: WebAssembly.Imports;
  /** To be called once, with the instance that has these imports. The names of the built-ins that it calls here. */
  attach(exports: PolicyExports): readonly string[];
}>;

export function createHost(memory: WebAssembly.Memory): Host {
  let exports: PolicyExports | undefined;
  const names = new Map<number, string>();

  const call = (id: number, _context: number, ...addresses: readonly number[]): number => {
    if (exports === undefined) throw new EvaluationFailed('aborted');
    const name = names.get(id) ?? String(id);
    const builtIn = hostBuiltIns.get(name);
    if (builtIn === undefined) throw new EvaluationFailed('built_in', `${name} is not there`);
    const steps = exports[stepsExport];
    const { opa_value_dump: dump } = exports;
    const values = addresses.map((address) => readText(memory, dump(address)) ?? '');
    steps.value -= stepsPerCall + stepsPerCharacter * values.reduce((sum, { length }) => sum + length, 0);
    const result = callBuiltIn(name, builtIn, values);
    if (result === undefined) return 0;
    steps.value -= stepsPerCharacter * result.length;
    if (steps.value < 0) throw new EvaluationFailed('steps');
    return loadJson(exports, memory, result);
  };

  return {
    imports: {
      env: {
        memory,
        opa_abort(address: number) {
          throw abortion(readText(memory, address));
        },
        opa_builtin0: call,
        opa_builtin1: call,
        opa_builtin2: call,
        opa_builtin3: call,
        opa_builtin4: call,
      },
    },
    attach(attached) {
      exports = attached;
      const ids = JSON.parse(readText(memory, attached.opa_json_dump(attached.builtins())) ?? '{}');
      for (const [name, id] of Object.entries(ids)) names.set(id as number, name);
      return [...names.values()];
    },
  };
}

function callBuiltIn(name: string, builtIn: HostBuiltIn, values: readonly string[]): string | undefined {
  try {
    return builtIn(...values);
  } catch (error) {
    throw new EvaluationFailed('built_in', name, error);
  }
}

function abortion(text = 'for a reason that it does not say'): EvaluationFailed {
  // The words of OPA's allocator, once the memory's maximum is reached.
  return text.startsWith('opa_malloc')
    ? new EvaluationFailed('memory')
    : new EvaluationFailed('aborted', text);
}

function loadJson(exports: PolicyExports, memory: WebAssembly.Memory, json: string): number {
  const bytes = new TextEncoder().encode(json);
  const address = exports.opa_malloc(bytes.length);
  new Uint8Array(memory.buffer).set(bytes, address);
  const value = exports.opa_json_parse(address, bytes.length);
  if (value === 0) throw new EvaluationFailed('aborted', 'the result of a built-in function is not JSON');
  return value;
}
