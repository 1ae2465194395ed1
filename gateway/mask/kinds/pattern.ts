// Kind pattern: what is found in free text is replaced, also within JSON.
import { findSensitive } from '../find/find-sensitive.ts';
import { changeStrings } from '../json/change-strings.ts';
import { jsonMask } from '../json/json-mask.ts';
import { compilePattern, PatternRefused } from '../pattern/compile-pattern.ts';
import type { PatternMask } from '../rule.ts';
import type { BaseType } from '../types/column-type.ts';
import { isText, textMask } from '../types/texts.ts';
import { largestSearched, nullMask, type ValueMask } from '../value-mask.ts';

export function patternMask(rule: PatternMask, type: BaseType): ValueMask {
  const change = changeOf(rule);
  if (change === undefined) return nullMask;
  if (isText(type)) return textMask(type, change, { limit: largestSearched });
  return jsonMask(type, (document) => changeStrings(document, change), largestSearched);
}

type Change = (text: string) => string | undefined;

/** undefined for a regular expression that can't be run safely, and where nothing is looked for. */
function changeOf({ pattern, find, replacement }: PatternMask): Change | undefined {
  // PostgreSQL has no text with this character.
  if (replacement?.includes('\0')) return undefined;
  const match = pattern === undefined ? undefined : matchOf(pattern, replacement ?? '[redacted]');
  if (pattern !== undefined && match === undefined) return undefined;
  if (find === undefined) return match;
  const search: Change = (text) => findSensitive(text, find, replacement);
  if (match === undefined) return search;
  return (text) => {
    const matched = match(text);
    return matched === undefined ? undefined : search(matched);
  };
}

function matchOf(pattern: string, replacement: string): Change | undefined {
  try {
    const replace = compilePattern(pattern);
    return (text) => replace(text, replacement);
  } catch (error) {
    if (error instanceof PatternRefused) return undefined;
    throw error;
  }
}
