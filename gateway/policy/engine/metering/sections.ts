// A WASM module as the list of its sections.
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { ModuleRefused } from './module-refused.ts';

export const sectionIds = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;

export type SectionId = (typeof sectionIds)[keyof typeof sectionIds];
export type Section = Readonly<{ id: SectionId; start: number; end: number }>;

/** The order that the specification demands: the count of the data segments comes before the code. */
const order: readonly SectionId[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11];
const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

export function readSections(bytes: Uint8Array): Map<SectionId, Section> {
  if (header.some((byte, at) => bytes[at] !== byte))
    throw new ModuleRefused('it is not a WASM module of version 1');
  const reader = new ByteReader(bytes, header.length);
  const sections = new Map<SectionId, Section>();
  let last = -1;
  while (!reader.atEnd) {
    const id = reader.byte() as SectionId;
    const length = reader.u32();
    const start = reader.position;
    reader.skip(length);
    // Names for debuggers and the like: nothing depends on them.
    if (id === sectionIds.custom) continue;
    const place = order.indexOf(id);
    if (place <= last) throw new ModuleRefused(`the WASM module has a section ${id} where none belongs`);
    last = place;
    sections.set(id, { id, start, end: reader.position });
  }
  return sections;
}

/** Every section in its order: as `rewritten` has it, or else as it was. */
export function writeSections(
  output: ByteWriter,
  source: Uint8Array,
  sections: ReadonlyMap<SectionId, Section>,
  rewritten: ReadonlyMap<SectionId, Uint8Array>,
): void {
  output.byte(...header);
  for (const id of order) {
    const section = sections.get(id);
    const content = rewritten.get(id) ?? (section && source.subarray(section.start, section.end));
    if (content !== undefined) output.byte(id).u32(content.length).copy(content);
  }
}
