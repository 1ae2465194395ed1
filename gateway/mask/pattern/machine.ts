// Runs a regular expression with one step a character, whatever the expression and the text: no backtracking.
import { type CharacterSet, highest, wordCharacters } from './character-set.ts';
import type { State, States } from './states.ts';

/** What was before a place or comes after it; edges are the text's start and end. */
const edge = 0;
const other = 1;
const word = 2;
type Side = typeof edge | typeof other | typeof word;

/** Sets of states that were met, each with where every class of characters leads; built while texts are read. */
type Node = { readonly states: readonly number[]; readonly before: Side; readonly ways: (Way | undefined)[] };
type Way = Readonly<{ accepts: boolean; next: Node | undefined }>;

const mostNodes = 2000;

export class Machine {
  readonly #states: States;
  /** Of each code unit: its class. All units of a class lead the same way everywhere. */
  readonly #classOf = new Uint16Array(highest + 1);
  readonly #examples: number[] = [];
  #nodes = new Map<string, Node>();
  #starts: (Node | undefined)[] = [];
  /** Steps that were taken since somebody last asked: building a node counts as many as it looks at. */
  steps = 0;

  constructor(states: States) {
    this.#states = states;
    this.#divide();
  }

  /** Where the longest match that begins at `from` ends; `undecided`: it was still possible at `limit`. */
  longest(text: string, from: number, limit: number): number | 'undecided' | undefined {
    let node: Node | undefined = this.#start(from === 0 ? edge : this.#side(text.charCodeAt(from - 1)));
    let found: number | undefined;
    for (let at = from; ; at++) {
      if (at === limit && at < text.length) return found ?? 'undecided';
      this.steps += 1;
      const kind = at < text.length ? (this.#classOf[text.charCodeAt(at)] ?? 0) : this.#examples.length;
      const way: Way = node.ways[kind] ?? this.#find(node, kind);
      if (way.accepts) found = at;
      if (way.next === undefined) return found;
      node = way.next;
    }
  }

  #start(before: Side): Node {
    const known = this.#starts[before];
    if (known !== undefined) return known;
    const made = this.#node([this.#states.start], before);
    this.#starts[before] = made;
    return made;
  }

  #node(states: readonly number[], before: Side): Node {
    const name = `${before}:${states.join()}`;
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    if (this.#nodes.size >= mostNodes) {
      this.#nodes = new Map();
      this.#starts = [];
    }
    const made: Node = { states, before, ways: [] };
    this.#nodes.set(name, made);
    return made;
  }

  #find(node: Node, kind: number): Way {
    const code = this.#examples[kind];
    const after = code === undefined ? edge : this.#side(code);
    const reached = this.#reach(node, after);
    this.steps += reached.size;
    const states = this.#states.states;
    const accepts = reached.has(0);
    const next = new Set<number>();
    if (code !== undefined) {
      for (const each of reached) {
        const state = states[each];
        if (state?.is === 'set' && includes(state.set, code)) next.add(state.next);
      }
    }
    const sorted = [...next].sort((a, b) => a - b);
    const way = { accepts, next: sorted.length === 0 ? undefined : this.#node(sorted, after) };
    node.ways[kind] = way;
    return way;
  }

  /** All states that are reached without a character, at a place between `before` and `after`. */
  #reach({ states, before }: Node, after: Side): ReadonlySet<number> {
    const reached = new Set<number>();
    const waiting = [...states];
    for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
      if (reached.has(each)) continue;
      reached.add(each);
      const state: State | undefined = this.#states.states[each];
      if (state?.is === 'split') waiting.push(...state.next);
      else if (state?.is === 'assert' && holds(state.what, before, after)) waiting.push(state.next);
    }
    return reached;
  }

  #side(code: number): Side {
    return includes(wordCharacters, code) ? word : other;
  }

  /** Cuts the code units where any set of the expression begins or ends. */
  #divide(): void {
    const cuts = new Set([0]);
    const sets = this.#states.states.flatMap((state) => (state.is === 'set' ? [state.set] : []));
    for (const [from, to] of [...sets, wordCharacters].flat()) {
      cuts.add(from);
      cuts.add(to + 1);
    }
    const sorted = [...cuts].filter((cut) => cut <= highest).sort((a, b) => a - b);
    sorted.forEach((from, kind) => {
      this.#examples.push(from);
      this.#classOf.fill(kind, from, sorted[kind + 1] ?? highest + 1);
    });
  }
}

function includes(set: CharacterSet, code: number): boolean {
  return set.some(([from, to]) => code >= from && code <= to);
}

function holds(what: 'start' | 'end' | 'boundary' | 'inside', before: Side, after: Side): boolean {
  switch (what) {
    case 'start':
      return before === edge;
    case 'end':
      return after === edge;
    case 'boundary':
      return (before === word) !== (after === word);
    case 'inside':
      return (before === word) === (after === word);
  }
}
