// A guard whose masks stand in the statements themselves, as a comment for each result: x is masked, - passes.
import {
  allow,
  type ColumnMask,
  type Effect,
  type MaskPlan,
  type Statement,
  type ValueMask,
} from '../../../gateway/session/index.ts';

const empty = Buffer.alloc(0);

/** Every value becomes the same. */
export function fixed(value: Buffer | null): ValueMask {
  return {
    text: () => value,
    binary: () => value,
    begin: () => ({ length: value?.length ?? null, push: () => empty, end: () => value ?? empty }),
  };
}

const starred = (value: Buffer): Buffer => Buffer.concat([value.subarray(0, 2), Buffer.alloc(1, '*')]);

/** Keeps two bytes, and needs the whole value for it. */
export const beginning: ValueMask = { text: starred, binary: starred, begin: () => 'whole' };

/** As long as the value, which may come in pieces. */
export const sameLength: ValueMask = {
  text: (value) => Buffer.alloc(value.length, '#'),
  binary: (value) => Buffer.alloc(value.length, '#'),
  begin: (length) => ({ length, push: (piece) => Buffer.alloc(piece.length, '#'), end: () => empty }),
};

export const stars = fixed(Buffer.from('***'));

const TEXT = 25;
const masks: Readonly<Record<string, ColumnMask>> = {
  x: { type: TEXT, forType: () => stars },
  0: { type: TEXT, forType: () => fixed(null) },
  b: { type: TEXT, forType: () => beginning },
  s: { type: TEXT, forType: () => sameLength },
  /** What the mask is told of the type. */
  t: { type: TEXT, forType: ({ oid, modifier }) => fixed(Buffer.from(`${oid} ${modifier}`)) },
};

/** `-x0`: the first passes, the second becomes stars, the third NULL. */
export const planOf = (letters: string): MaskPlan => ({
  columns: [...letters].map((letter) => masks[letter]),
});

const plansOf = (text: string): (MaskPlan | undefined)[] =>
  Array.from(text.matchAll(/\/\*m ([^*]*)\*\//g), ([, letters = '']) =>
    letters === 'all' ? undefined : planOf(letters),
  );

/** Masks where the text says so, in a comment `m` for each of its statements; `all`: everything passes. */
export function maskAsWritten({ text = '' }: Pick<Statement, 'text'>): Effect {
  const plans = plansOf(text);
  return plans.length === 0 ? allow : { kind: 'mask', plans };
}
