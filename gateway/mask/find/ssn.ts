// Social security numbers of the United States: written in three groups, or nine digits beside a word that says so.
import { type Span, spansOf } from './span.ts';

const dash = '[ .\\-\\u00a0\\u2010-\\u2015]';
const grouped = new RegExp(`(?<![\\d-])\\d{3}${dash}\\d{2}${dash}\\d{4}(?![\\d-])`, 'g');
const named = /\b(?:ssn|social\s{1,3}security|itin|tin|tax\s{1,3}id)[^\d\n]{0,20}(?<!\d)\d{9}(?!\d)/gi;

export function* findSsns(text: string): Generator<Span> {
  yield* spansOf(text, grouped);
  for (const { to } of spansOf(text, named)) yield { from: to - 9, to };
}
