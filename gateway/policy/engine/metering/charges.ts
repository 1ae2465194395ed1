// Where a function takes steps from the counter, and how many.
import type { ByteReader } from './byte-reader.ts';
import { opcodes, readInstruction } from './instructions.ts';
import { ModuleRefused } from './module-refused.ts';

/** So many instructions in a row cost one step more: a long body without loops isn't free. */
const instructionsPerStep = 64;

/** More memory is work for the machine's operating system: about as much as this many steps. */
const stepsPerGrowth = 10_000;

/**
 * Before the byte at `position`. `pass`: a function is entered or a loop goes on, with so many instructions; `growth`:
 * memory grows; `length`: as many bytes are copied as the number on top of the stack says.
 */
export type Charge = Region | Readonly<{ position: number; kind: 'growth' | 'length' }>;
type Region = { readonly position: number; readonly kind: 'pass'; instructions: number };

/** Undefined where only the running module knows. */
export function stepsOf(charge: Charge): number | undefined {
  if (charge.kind === 'pass') return 1 + Math.floor(charge.instructions / instructionsPerStep);
  return charge.kind === 'growth' ? stepsPerGrowth : undefined;
}

/**
 * Walks the instructions of a function from behind its locals to its end. The instructions of a loop count for each of
 * its passes; those of blocks inside count for what is around them, whether a branch passes over them or not.
 */
export function findCharges(reader: ByteReader): Charge[] {
  let region: Region = { position: reader.position, kind: 'pass', instructions: 0 };
  const charges: Charge[] = [region];
  const around: Region[] = [];
  while (true) {
    const position = reader.position;
    const opcode = reader.byte();
    region.instructions++;
    const goesOn = readInstruction(reader, opcode);
    if (goesOn) {
      charges.push({ position, kind: 'length' });
    } else if (opcode === opcodes.memoryGrow) {
      charges.push({ position, kind: 'growth' });
    } else if (opcode === opcodes.loop) {
      around.push(region);
      region = { position: reader.position, kind: 'pass', instructions: 0 };
      charges.push(region);
    } else if (opcode === opcodes.block || opcode === opcodes.if) {
      around.push(region);
    } else if (opcode === opcodes.end) {
      const outside = around.pop();
      if (outside === undefined) break;
      region = outside;
    }
  }
  if (!reader.atEnd) throw new ModuleRefused('the WASM module has a function that goes on after its end');
  return charges;
}
