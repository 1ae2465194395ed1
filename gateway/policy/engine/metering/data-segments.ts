// Where the data of a module end in its memory. OPA compiles its modules with an import of two pages, however many they need.
import type { ByteReader } from './byte-reader.ts';
import { opcodes } from './instructions.ts';
import { ModuleRefused } from './module-refused.ts';

const active = 0;
const passive = 1;

/** In bytes. Each segment begins at a constant: nothing else is known before the module runs. */
export function readDataEnd(reader: ByteReader | undefined): number {
  let end = 0;
  for (let left = reader?.u32() ?? 0; reader !== undefined && left > 0; left--) {
    const kind = reader.u32();
    if (kind !== active && kind !== passive)
      throw new ModuleRefused('the WASM module has data of a kind that is not known here');
    const offset = kind === active ? readOffset(reader) : 0;
    const length = reader.u32();
    reader.skip(length);
    end = Math.max(end, offset + length);
  }
  return end;
}

/** A negative one comes out as a very large one, which no memory has. */
function readOffset(reader: ByteReader): number {
  if (reader.byte() !== opcodes.i32Const)
    throw new ModuleRefused('the WASM module has data at a place that is not known before it runs');
  const offset = reader.u32();
  if (reader.byte() !== opcodes.end)
    throw new ModuleRefused('the WASM module has data at a place that is not known before it runs');
  return offset;
}
