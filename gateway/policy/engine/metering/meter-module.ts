// Makes a WASM module count its steps: what runs too long traps, on every machine after the same number of steps.
//
// Each call of a function and each pass of a loop takes steps from a counter, a global that the rewritten module
// exports; below zero it traps. What copies or fills memory in one instruction takes steps by the number of bytes.
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { type Charge, findCharges, stepsOf } from './charges.ts';
import { readDataEnd } from './data-segments.ts';
import { readFunctionSignatures, readImports } from './declarations.ts';
import { blockTypeEmpty, opcodes, valueTypeI32 } from './instructions.ts';
import { ModuleRefused } from './module-refused.ts';
import { readSections, type Section, type SectionId, sectionIds, writeSections } from './sections.ts';

/** The name by which the counter is exported: a mutable i32. */
export const stepsExport = 'portcullis_steps';

/** So many bytes in one instruction cost one step, as a power of two. */
const bytesPerStepLog2 = 6;

const bytesPerPage = 65_536;

/** Steps that a module has from the start, for what it does while it is instantiated. */
const initialSteps = 1_000_000;

export type MeteredModule = Readonly<{
  bytes: Uint8Array<ArrayBuffer>;
  /** The smallest memory that it can start with. */
  memoryPages: number;
}>;

/** Throws {@link ModuleRefused}: what isn't fully understood isn't run. */
export function meterModule(bytes: Uint8Array): MeteredModule {
  const sections = readSections(bytes);
  const part = (id: SectionId) => readerOf(bytes, sections.get(id));
  if ((part(sectionIds.memory)?.u32() ?? 0) > 0)
    throw new ModuleRefused('the WASM module brings its own memory, which nothing would limit');

  const { globals: imported, memoryPages: importedPages } = readImports(part(sectionIds.import));
  if (importedPages === undefined)
    throw new ModuleRefused('the WASM module imports no memory: OPA did not compile it');
  const memoryPages = Math.max(importedPages, Math.ceil(readDataEnd(part(sectionIds.data)) / bytesPerPage));
  const globals = imported + (part(sectionIds.global)?.u32() ?? 0);
  const signatures = readFunctionSignatures(part(sectionIds.type), part(sectionIds.function));
  const rewritten = new Map<SectionId, Uint8Array>([
    [sectionIds.global, addGlobal(part(sectionIds.global))],
    [sectionIds.export, addExport(part(sectionIds.export), globals)],
  ]);
  const code = part(sectionIds.code);
  if (code !== undefined) rewritten.set(sectionIds.code, meterFunctions(code, signatures, globals));
  const output = new ByteWriter(bytes.length * 2);
  writeSections(output, bytes, sections, rewritten);
  return { bytes: output.written().slice(), memoryPages };
}

function readerOf(bytes: Uint8Array, section: Section | undefined): ByteReader | undefined {
  return section && new ByteReader(bytes, section.start, section.end);
}

const addGlobal = (section: ByteReader | undefined) =>
  appendEntry(section, (output) => {
    const mutable = 1;
    output.byte(valueTypeI32, mutable, opcodes.i32Const).s32(initialSteps).byte(opcodes.end);
  });

const addExport = (section: ByteReader | undefined, global: number) =>
  appendEntry(section, (output) => {
    const kindGlobal = 3;
    output.name(stepsExport).byte(kindGlobal).u32(global);
  });

/** A section that is a list, with one entry more. */
function appendEntry(section: ByteReader | undefined, write: (output: ByteWriter) => void): Uint8Array {
  const count = section?.u32() ?? 0;
  const output = new ByteWriter((section?.end ?? 0) - (section?.position ?? 0) + 64).u32(count + 1);
  if (section !== undefined) output.copy(section.bytes, section.position, section.end);
  write(output);
  return output.written();
}

function meterFunctions(code: ByteReader, parameters: readonly number[], global: number): Uint8Array {
  const count = code.u32();
  if (count !== parameters.length)
    throw new ModuleRefused('the WASM module has functions without a body, or bodies without a function');
  const output = new ByteWriter((code.end - code.position) * 2).u32(count);
  const body = new ByteWriter(4096);
  for (let at = 0; at < count; at++) {
    body.clear();
    meterFunction(code.part(code.u32()), parameters[at] as number, global, body);
    output.u32(body.length).copy(body.written());
  }
  return output.written();
}

function meterFunction(source: ByteReader, parameters: number, global: number, output: ByteWriter): void {
  const groups = source.u32();
  const firstGroup = source.position;
  let locals = parameters;
  for (let left = groups; left > 0; left--) {
    locals += source.u32();
    source.byte();
  }
  const charges = findCharges(new ByteReader(source.bytes, source.position, source.end));
  // One local more: what a charge takes, or leaves, on its way.
  output
    .u32(groups + 1)
    .copy(source.bytes, firstGroup, source.position)
    .u32(1)
    .byte(valueTypeI32);
  let copied = source.position;
  for (const charge of charges) {
    output.copy(source.bytes, copied, charge.position);
    copied = charge.position;
    writeCharge(output, charge, global, locals);
  }
  output.copy(source.bytes, copied, source.end);
}

function writeCharge(output: ByteWriter, charge: Charge, global: number, local: number): void {
  const steps = stepsOf(charge);
  if (steps === undefined) output.byte(opcodes.localTee).u32(local);
  output.byte(opcodes.globalGet).u32(global);
  if (steps === undefined) {
    output.byte(opcodes.localGet).u32(local);
    output.byte(opcodes.i32Const).s32(bytesPerStepLog2).byte(opcodes.i32ShrU);
  } else {
    output.byte(opcodes.i32Const).s32(steps);
  }
  output.byte(opcodes.i32Sub, opcodes.localTee).u32(local).byte(opcodes.globalSet).u32(global);
  output.byte(opcodes.localGet).u32(local).byte(opcodes.i32Const, 0, opcodes.i32LtS);
  output.byte(opcodes.if, blockTypeEmpty, opcodes.unreachable, opcodes.end);
}
