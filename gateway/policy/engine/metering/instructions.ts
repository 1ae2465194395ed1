// The instructions that a module may use, and the immediates behind each of their opcodes.
//
// WebAssembly's first version, and what came with sign extension, saturating conversion, bulk memory, reference types
// and several values. Any other opcode refuses the module: what isn't known can't be metered.
import type { ByteReader } from './byte-reader.ts';
import { ModuleRefused } from './module-refused.ts';

export const opcodes = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  localGet: 0x20,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i32LtS: 0x48,
  i32Sub: 0x6b,
  i32ShrU: 0x76,
  prefixed: 0xfc,
} as const;

export const blockTypeEmpty = 0x40;
export const valueTypeI32 = 0x7f;

type Immediates = (reader: ByteReader) => void;

const none: Immediates = () => {};
const index: Immediates = (reader) => void reader.u32();
const twoIndexes: Immediates = (reader) => {
  reader.u32();
  reader.u32();
};
/** A value type is a negative number of one byte; a function type is its index. */
const blockType: Immediates = (reader) => reader.skipNumber(33);
const memoryArgument: Immediates = (reader) => {
  // A larger alignment says that the index of one of several memories follows: there is one memory here.
  if (reader.u32() > 3) throw new ModuleRefused('the WASM module uses more than one memory');
  reader.u32();
};
const branchTable: Immediates = (reader) => {
  for (let left = reader.u32(); left > 0; left--) reader.u32();
  reader.u32();
};
const valueTypes: Immediates = (reader) => {
  for (let left = reader.u32(); left > 0; left--) reader.byte();
};

const plain = new Array<Immediates | undefined>(256);
const set = (from: number, to: number, immediates: Immediates) => plain.fill(immediates, from, to + 1);
set(0x00, 0x01, none); // unreachable, nop
set(0x02, 0x04, blockType); // block, loop, if
set(0x05, 0x05, none); // else
set(0x0b, 0x0b, none); // end
set(0x0c, 0x0d, index); // br, br_if
set(0x0e, 0x0e, branchTable);
set(0x0f, 0x0f, none); // return
set(0x10, 0x10, index); // call
set(0x11, 0x11, twoIndexes); // call_indirect
set(0x1a, 0x1b, none); // drop, select
set(0x1c, 0x1c, valueTypes); // select with a type
set(0x20, 0x26, index); // local.*, global.*, table.get, table.set
set(0x28, 0x3e, memoryArgument);
set(0x3f, 0x40, index); // memory.size, memory.grow
set(0x41, 0x41, (reader) => reader.skipNumber(32));
set(0x42, 0x42, (reader) => reader.skipNumber(64));
set(0x43, 0x43, (reader) => reader.skip(4));
set(0x44, 0x44, (reader) => reader.skip(8));
set(0x45, 0xc4, none); // arithmetic, comparison, conversion, sign extension
set(0xd0, 0xd0, (reader) => reader.skipNumber(33)); // ref.null
set(0xd1, 0xd1, none); // ref.is_null
set(0xd2, 0xd2, index); // ref.func

/** Behind the prefix 0xfc. Growing a table isn't among them: nothing would limit it. */
const prefixed: readonly (Immediates | undefined)[] = [
  ...new Array<Immediates>(8).fill(none), // saturating conversions
  twoIndexes, // 8, memory.init
  index, // 9, data.drop
  twoIndexes, // 10, memory.copy
  index, // 11, memory.fill
  twoIndexes, // 12, table.init
  index, // 13, elem.drop
  twoIndexes, // 14, table.copy
  undefined, // 15, table.grow
  index, // 16, table.size
  index, // 17, table.fill
];

const copiesMany = new Set([8, 10, 11, 12, 14, 17]);

/** Reads one instruction. True: it goes on for as long as the number on top of the stack says. */
export function readInstruction(reader: ByteReader, opcode: number): boolean {
  if (opcode !== opcodes.prefixed) {
    const immediates = plain[opcode];
    if (immediates === undefined) throw unknown(opcode.toString(16));
    immediates(reader);
    return false;
  }
  const second = reader.u32();
  const immediates = prefixed[second];
  if (immediates === undefined) throw unknown(`fc ${second.toString(16)}`);
  immediates(reader);
  return copiesMany.has(second);
}

const unknown = (opcode: string) =>
  new ModuleRefused(`the WASM module has an instruction that is not known here (0x${opcode})`);
