// The answer to a statement for two who follow it, of whom either may be absent.
import type { Recorder } from '../audit/followed-statement.ts';

export function both(one: Recorder | undefined, other: Recorder | undefined): Recorder | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    message: (...message) => {
      one.message(...message);
      other.message(...message);
    },
  };
}
