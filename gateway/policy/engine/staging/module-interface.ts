// What a module must export, and may import, to be one that OPA compiled and that the gateway can run.
import { stepsExport } from '../metering/meter-module.ts';

const importable: ReadonlySet<string> = new Set([
  'env.memory',
  'env.opa_abort',
  ...[0, 1, 2, 3, 4].map((count) => `env.opa_builtin${count}`),
]);

const exported: Readonly<Record<string, string>> = {
  opa_eval: 'function',
  opa_malloc: 'function',
  opa_json_parse: 'function',
  opa_json_dump: 'function',
  opa_value_dump: 'function',
  opa_heap_ptr_get: 'function',
  opa_heap_ptr_set: 'function',
  builtins: 'function',
  entrypoints: 'function',
  opa_wasm_abi_version: 'global',
  opa_wasm_abi_minor_version: 'global',
  [stepsExport]: 'global',
};

/** Undefined where it fits. */
export function checkInterface(module: WebAssembly.Module): string | undefined {
  const foreign = WebAssembly.Module.imports(module).find(
    ({ module: from, name }) => !importable.has(`${from}.${name}`),
  );
  if (foreign !== undefined)
    return `its policy.wasm imports ${foreign.module}.${foreign.name}, which no module of OPA does`;
  const kinds = new Map(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]));
  const missing = Object.entries(exported).find(([name, kind]) => kinds.get(name) !== kind);
  return missing && `its policy.wasm does not export ${missing[0]}: build it with OPA 1.4 or later`;
}
