// Finds the word somebody probably meant.
import { editDistance } from '../lib/index.ts';

/** The candidate nearest to what was typed, when it is near enough to be a slip of the finger. */
export function suggest(typed: string, candidates: readonly string[]): string | undefined {
  const word = typed.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const isPrefix = word.length >= 3 && candidate.startsWith(word);
    const distance = isPrefix ? 1 : editDistance(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
