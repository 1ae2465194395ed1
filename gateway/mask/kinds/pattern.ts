// Kind pattern: what is found in free text is replaced, also within JSON.
import { findSensitive } from '../find/find-sensitive.ts';
import { changeStrings } from '../json/change-strings.ts';
import { jsonMask } from '../json/json-mask.ts';
import { compilePattern, PatternRefused } from '../pattern/compile-pattern.ts';
import type { FindMask, PatternMask } from '../rule.ts';
import type { BaseType } from '../types/column-type.ts';
import { isText, textMask } from '../types/texts.ts';
import { nullMask, type ValueMask } from '../value-mask.ts';

export function patternMask(rule: PatternMask | FindMask, type: BaseType): ValueMask {
  const change = changeOf(rule);
  if (change === undefined) return nullMask;
  return isText(type)
    ? textMask(type, change)
    : jsonMask(type, (document) => changeStrings(document, change));
}

type Change = (text: string) => string | undefined;

/** undefined for a regular expression that can't be run safely. */
function changeOf(rule: PatternMask | FindMask): Change | undefined {
  // PostgreSQL has no text with this character.
  if (rule.replacement?.includes('\0')) return undefined;
  if ('find' in rule) return (text) => findSensitive(text, rule.find, rule.replacement);
  try {
    const replace = compilePattern(rule.pattern);
    return (text) => replace(text, rule.replacement);
  } catch (error) {
    if (error instanceof PatternRefused) return undefined;
    throw error;
  }
}
