// A family: functions that are alike in what they can show or change, and so are reviewed and classed together.
import type { FunctionClass } from '../../../../gateway/catalog/index.ts';
import type { ServerFunction } from '../server-functions.ts';

export type Family = Readonly<{
  class: FunctionClass;
  title: string;
  note?: string;
  has: (candidate: ServerFunction) => boolean;
}>;

/** Is its name one of these words? A `*` stands for any characters. */
export function named(words: string): (candidate: ServerFunction) => boolean {
  const patterns = words
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll('*', '.*'));
  const pattern = new RegExp(`^(?:${patterns.join('|')})$`);
  return ({ name }) => pattern.test(name);
}

export function takes(type: RegExp): (candidate: ServerFunction) => boolean {
  return ({ argumentTypes }) => argumentTypes.some((argument) => type.test(argument));
}
