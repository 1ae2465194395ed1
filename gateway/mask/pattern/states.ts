// A regular expression as states and the ways between them (Thompson's construction).
import type { CharacterSet } from './character-set.ts';
import { type Assertion, PatternRefused, type Tree } from './syntax.ts';

export type State =
  | Readonly<{ is: 'set'; set: CharacterSet; next: number }>
  | Readonly<{ is: 'split'; next: readonly number[] }>
  | Readonly<{ is: 'assert'; what: Assertion; next: number }>
  | Readonly<{ is: 'match' }>;

export type States = Readonly<{ states: readonly State[]; start: number }>;

/** Repetitions are written out: {500} of something long would take too much. */
const mostStates = 5000;

export function statesOf(tree: Tree): States {
  const states: State[] = [{ is: 'match' }];
  const add = (state: State): number => {
    if (states.length >= mostStates) throw new PatternRefused('the regular expression is too large');
    return states.push(state) - 1;
  };

  /** States that lead to `next` by way of the tree; built from the end. */
  const build = (part: Tree, next: number): number => {
    switch (part.is) {
      case 'set':
        return add({ is: 'set', set: part.set, next });
      case 'assert':
        return add({ is: 'assert', what: part.what, next });
      case 'sequence':
        return part.parts.reduceRight((after, each) => build(each, after), next);
      case 'choice':
        return add({ is: 'split', next: part.parts.map((each) => build(each, next)) });
      case 'repeat':
        return repeat(part, next);
    }
  };

  const repeat = ({ part, least, most }: Extract<Tree, { is: 'repeat' }>, next: number): number => {
    let at = next;
    if (most === Infinity) {
      // The state that goes around is known only once what it goes around is built.
      const around: number[] = [next];
      at = add({ is: 'split', next: around });
      around.push(build(part, at));
    } else {
      for (let each = least; each < most; each++) at = add({ is: 'split', next: [build(part, at), next] });
    }
    for (let each = 0; each < least; each++) at = build(part, at);
    return at;
  };

  const start = build(tree, 0);
  return { states, start };
}
