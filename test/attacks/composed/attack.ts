// One composed attack: a source, what was done with it, and how it is sent; and what would have to come back.
import type { Step } from '../../scores/step.ts';
import { type Carrier, carriers, plainCarrier } from './carriers.ts';
import type { Dice } from './dice.ts';
import type { Shape, Wrap } from './shape.ts';
import { type Source, secrets, sources, startOf } from './sources.ts';
import { wraps } from './wraps.ts';

export type Composition = Readonly<{
  source: Source;
  wraps: readonly Wrap[];
  carrier: Carrier;
  /** Words that mean nothing, between those that do. */
  noise: string;
}>;

export type ComposedAttack = Readonly<{
  steps: readonly Step[];
  /** Any of them in what a client receives is a leak. */
  images: readonly string[];
}>;

const noises = ['', '', '', ' /* report */ ', '\n-- for the report\n', '\t', ' /* a /* b */ c */ '];
const MOST_WRAPS = 5;

export function compose(dice: Dice, version: number): Composition {
  const isKnown = ({ since }: Readonly<{ since?: number }>): boolean => (since ?? 0) <= version;
  const source = dice.one(sources);
  const chosen: Wrap[] = [];
  let shape = startOf(source);
  for (let left = dice.below(MOST_WRAPS + 1); left > 0; left -= 1) {
    const wrap = dice.one(wraps.filter(isKnown));
    if (!isApplicable(wrap, shape)) continue;
    chosen.push(wrap);
    shape = wrap.around(shape);
  }
  return { source, wraps: chosen, carrier: dice.one(carriers.filter(isKnown)), noise: dice.one(noises) };
}

/** Undefined where the wraps no longer fit one another. */
export function attackOf(
  { source, wraps: chosen, carrier, noise }: Composition,
  name: string,
): ComposedAttack | undefined {
  let shape = startOf(source);
  for (const wrap of chosen) {
    if (!isApplicable(wrap, shape)) return undefined;
    shape = wrap.around(shape);
  }
  const query = `SELECT z.k, z.v::text AS v FROM (${shape.sql}) z`;
  const sql =
    noise === '' ? query : query.replaceAll(' FROM ', `${noise}FROM${noise === '\t' ? noise : ' '}`);
  const { disguise } = shape;
  // A view has them in capitals.
  const values = [...secrets, ...secrets.map((value) => value.toUpperCase())];
  const images = [...values, ...values.map(disguise)].filter((image) => image.length >= 6);
  return { steps: carrier.steps(sql, name), images: [...new Set(images)] };
}

/** Smaller ones, of which the first that still leaks is the next to be made smaller. */
export function smaller(composition: Composition): readonly Composition[] {
  const { wraps: chosen, carrier, noise } = composition;
  return [
    ...(noise === '' ? [] : [{ ...composition, noise: '' }]),
    ...(carrier === plainCarrier ? [] : [{ ...composition, carrier: plainCarrier }]),
    ...chosen.map((_, at) => ({ ...composition, wraps: chosen.filter((_, other) => other !== at) })),
  ];
}

export const describeComposition = ({ source, wraps: chosen, carrier }: Composition): string =>
  [source.name, ...chosen.map(({ name }) => name), carrier.name].join(' → ');

const isApplicable = (wrap: Wrap, shape: Shape): boolean => wrap.exactOnly !== true || shape.exact;
