// What a module declares: the parameters of its functions, and what it imports.
import type { ByteReader } from './byte-reader.ts';
import { ModuleRefused } from './module-refused.ts';

const functionType = 0x60;
const kinds = { function: 0, memory: 2, global: 3 } as const;

/** The number of parameters of each function that has a body here, in order. */
export function readFunctionSignatures(
  types: ByteReader | undefined,
  functions: ByteReader | undefined,
): number[] {
  const parameters: number[] = [];
  for (let left = types?.u32() ?? 0; left > 0; left--) {
    if (types?.byte() !== functionType)
      throw new ModuleRefused('the WASM module has a type that is not known here');
    const count = types.u32();
    types.skip(count);
    types.skip(types.u32());
    parameters.push(count);
  }
  const signatures: number[] = [];
  for (let left = functions?.u32() ?? 0; left > 0; left--) {
    const count = parameters[functions?.u32() ?? 0];
    if (count === undefined) throw new ModuleRefused('the WASM module has a function without a type');
    signatures.push(count);
  }
  return signatures;
}

export type Imports = Readonly<{
  globals: number;
  /** The smallest memory that the module can start with; undefined: it imports none. */
  memoryPages: number | undefined;
}>;

export function readImports(reader: ByteReader | undefined): Imports {
  let globals = 0;
  let memoryPages: number | undefined;
  for (let left = reader?.u32() ?? 0; reader !== undefined && left > 0; left--) {
    reader.name();
    reader.name();
    const kind = reader.byte();
    if (kind === kinds.function) {
      reader.u32();
    } else if (kind === kinds.memory) {
      memoryPages = readMemory(reader);
    } else if (kind === kinds.global) {
      reader.skip(2);
      globals++;
    } else {
      throw new ModuleRefused('the WASM module imports something that is not known here');
    }
  }
  return { globals, memoryPages };
}

function readMemory(reader: ByteReader): number {
  const flags = reader.byte();
  // More than a maximum: shared between threads, or with addresses of 64 bits.
  if (flags > 1) throw new ModuleRefused('the WASM module imports a memory of a kind that is not known here');
  const pages = reader.u32();
  if (flags === 1) reader.u32();
  return pages;
}
