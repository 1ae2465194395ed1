// Telephone numbers: international ones with their +, those of North America, and national ones that begin with 0.
import { type Span, spansOf } from './span.ts';

const gap = '[ .\\-/()\\u00a0\\u2010-\\u2015]';
const international = new RegExp(`(?<![\\d+])\\+\\d(?:${gap}{0,3}\\d){6,14}(?!\\d)`, 'g');
const american = new RegExp(
  `(?<![\\d.-])(?:1${gap})?(?:\\(\\d{3}\\)${gap}?|\\d{3}${gap})\\d{3}${gap}\\d{4}(?![\\d-])`,
  'g',
);
const national = new RegExp(`(?<![\\d.-])\\(?0\\d{1,4}\\)?(?:${gap}{1,3}\\d{2,8}){1,5}(?!\\d)`, 'g');

export function* findPhones(text: string): Generator<Span> {
  yield* spansOf(text, international);
  yield* spansOf(text, american);
  // Dates have eight digits.
  yield* spansOf(text, national, (match) => {
    const { length } = match.replace(/\D/g, '');
    return length >= 9 && length <= 15;
  });
}
