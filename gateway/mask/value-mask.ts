// What a mask does to the values of one column, without their length; null is SQL's NULL.

export type Format = 'text' | 'binary';

/** Takes a value in pieces. The length of what comes out is known before the first piece goes in. */
export interface Pieces {
  /** Bytes that come out in all; null: the value becomes NULL, and nothing comes out. */
  readonly length: number | null;
  push(piece: Buffer): Buffer;
  end(): Buffer;
}

/** A value comes in as a view of a message; what comes out is another buffer, or a part of one. */
export interface ValueMask {
  text(value: Buffer): Buffer | null;
  binary(value: Buffer): Buffer | null;
  /** `whole`: the value must be handed over in one piece, which is at most `largestWhole` long. */
  begin(length: number, format: Format): Pieces | 'whole';
  /** The quicker way that a mask may have for values of rows. */
  writer?(format: Format): ValueWriter | undefined;
}

/** Writes what is shown straight into the row that is sent: nothing is made for each value. */
export interface ValueWriter {
  /** By how many bytes what is written can be longer than the value. */
  readonly longer: number;
  /**
   * Masks the value `from[start, end)`, and writes from `at` on. Gives where that ends, `becomesNull`, or `notThisWay` for
   * a value that only the mask itself can tell of.
   */
  write(from: Buffer, start: number, end: number, to: Buffer, at: number): number;
}

export const becomesNull = -1;
export const notThisWay = -2;

/** Values that must be seen whole to be masked become NULL beyond this. */
export const largestWhole = 16 * 1024 * 1024;

/** Kinds that look at each character for longer take less, so that one value doesn't hold up all sessions. */
export const largestSearched = 1024 * 1024;

const nothing = Buffer.alloc(0);

/** Every value becomes the same one, whatever it is and however long. */
export function fixedMask(text: Buffer | null, binary: Buffer | null): ValueMask {
  return {
    text: () => text,
    binary: () => binary,
    begin: (_, format) => fixedPieces(format === 'text' ? text : binary),
    writer: (format) => fixedWriter(format === 'text' ? text : binary),
  };
}

function fixedWriter(value: Buffer | null): ValueWriter {
  if (value === null) return { longer: 0, write: () => becomesNull };
  const { length } = value;
  return {
    longer: length,
    write(_from, _start, _end, to, at) {
      for (let index = 0; index < length; index++) to[at + index] = value[index] as number;
      return at + length;
    },
  };
}

export const nullMask: ValueMask = fixedMask(null, null);

export function fixedPieces(value: Buffer | null): Pieces {
  return { length: value?.length ?? null, push: () => nothing, end: () => value ?? nothing };
}

/** Every value is masked as it comes. */
export function streamedMask(begin: (length: number) => Pieces): ValueMask {
  const whole = (value: Buffer) => {
    const pieces = begin(value.length);
    return Buffer.concat([pieces.push(value), pieces.end()]);
  };
  return { text: whole, binary: whole, begin };
}

type Whole = (value: Buffer) => Buffer | null;

/** A mask that sees whole values up to `limit`; longer ones become `beyond`. */
export function wholeMask(text: Whole, binary: Whole, limit = largestWhole, beyond = nullMask): ValueMask {
  return {
    text: (value) => (value.length > limit ? beyond.text(value) : text(value)),
    binary: (value) => (value.length > limit ? beyond.binary(value) : binary(value)),
    begin: (length, format) => (length > limit ? beyond.begin(length, format) : 'whole'),
  };
}
