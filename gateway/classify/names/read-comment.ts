// What the comment on a column says of its values.
import { strengths } from '../vocabulary/vocabulary.ts';
import { knownWords } from './dictionary.ts';
import type { NameReading } from './read-name.ts';
import { wordsOf } from './words.ts';

/** What comes later in a long comment is rarely what the column is. */
const longest = 160;
/** People explain in comments what a column has to do with, as often as what it is. */
const worth = 0.7;

/** Only phrases that are sure by themselves count: prose has every other word. */
export function readComment(comment: string): readonly NameReading[] {
  const { phrases, longest: mostWords } = knownWords();
  const text = comment.slice(0, longest);
  const readings: NameReading[] = [];
  for (const sentence of text.split(/[.;:()\n]+/)) {
    const words = sentence.split(/\s+/).flatMap(wordsOf);
    for (let from = 0; from < words.length; ) {
      let length = Math.min(mostWords, words.length - from);
      while (length > 0 && !phrases.has(words.slice(from, from + length).join(' '))) length -= 1;
      const phrase = words.slice(from, from + length).join(' ');
      for (const { entry, confidence } of phrases.get(phrase) ?? [])
        if (entry !== undefined && confidence >= strengths.sure)
          readings.push({ entry, confidence: confidence * worth, phrase });
      from += Math.max(1, length);
    }
  }
  return readings;
}
