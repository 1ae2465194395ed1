// What a module that OPA compiled exports, and the counter that metering adds.
import { stepsExport } from '../metering/meter-module.ts';

export type PolicyExports = Readonly<{
  /** The address of the results' JSON. The first and the last parameter are always 0: reserved, and JSON. */
  opa_eval(
    reserved: 0,
    entrypoint: number,
    data: number,
    input: number,
    inputBytes: number,
    heap: number,
    format: 0,
  ): number;
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
  const end = address > 0 ? bytes.indexOf(0, address) : -1;
  return end < 0 ? undefined : utf8.decode(bytes.subarray(address, end));
}
