// What a prepared statement changes of its session when it runs.
import type { PreparedStatement } from '../named.ts';
import { ordinaryChanges, type TextChanges, textChanges, unknownChanges } from '../text-changes.ts';

/** Undefined: nothing is known of the statement that runs. */
export const changesOf = (prepared: PreparedStatement | undefined): TextChanges =>
  prepared === undefined
    ? unknownChanges
    : prepared.traits.ordinary
      ? ordinaryChanges
      : textChanges(prepared.text, prepared.traits, prepared.parsed);
