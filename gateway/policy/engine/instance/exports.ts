// What a module that OPA compiled exports, and the counter that metering adds.
import { stepsExport } from '../metering/meter-module.ts';

export type PolicyExports = Readonly<{
  opa_malloc(bytes: number): number;
  opa_json_parse(address: number, bytes: number): number;
  opa_json_dump(value: number): number;
  opa_value_dump(value: number): number;
  builtins(): number;
  entrypoints(): number;
  opa_wasm_abi_version: WebAssembly.Global;
  opa_wasm_abi_minor_version: WebAssembly.Global;
  [stepsExport]: WebAssembly.Global;
}>;

const utf8 = new TextDecoder();

/** The text at an address, up to its closing zero; undefined where there is none. */
export function readText(memory: WebAssembly.Memory, address: number): string | undefined {
  const bytes = new Uint8Array(memory.buffer);
  const end = bytes.indexOf(0, address);
  return address < 0 || end < 0 ? undefined : utf8.decode(bytes.subarray(address, end));
}
