// What a message that runs statements may change of its session: by its text, and by what the guard has said of it.
import type { Change } from './changes.ts';
import { type TextChanges, unknownChange } from './text-changes.ts';

/** What the guard says that the functions of a statement may change; bits of one number. */
export const Hint = { settings: 1, catalog: 2, names: 4 } as const;

export class Run {
  readonly hints: number;
  /** What follows waits for its answer. */
  readonly unsettles: boolean;
  readonly #changes: TextChanges;
  #next = 0;

  constructor(changes: TextChanges, hints: number, endMatters: boolean) {
    this.#changes = changes;
    this.hints = hints;
    this.unsettles =
      hints !== 0 || changes.unsettles === 'always' || (endMatters && changes.unsettles === 'at_end');
  }

  /** The changes of the statement that comes next. */
  take(): readonly Change[] {
    const { statements } = this.#changes;
    const changes = statements?.[this.#next] ?? unknownChange;
    this.#next += 1;
    return changes;
  }

  /** The changes of the statements before one, the last first: what that one finds when it runs. */
  static before(changes: TextChanges, index: number): readonly Change[] {
    const statements = changes.statements?.slice(0, index) ?? (index > 0 ? [unknownChange] : []);
    return statements.flat().reverse();
  }
}
