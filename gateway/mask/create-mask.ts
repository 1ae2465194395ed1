// From a rule and a column's type to what happens to the column's values.
import { arrayMask } from './array/array-mask.ts';
import type { PurposeKey } from './keys/purpose-key.ts';
import { dateTruncMask } from './kinds/date-trunc.ts';
import { emailMask } from './kinds/email.ts';
import { constantMask, redactMask } from './kinds/fixed.ts';
import { hashMask } from './kinds/hash.ts';
import { jsonMask } from './kinds/json.ts';
import { partialMask } from './kinds/partial.ts';
import { patternMask } from './kinds/pattern.ts';
import { bucketMask, roundMask } from './kinds/round.ts';
import { tokenMask } from './kinds/token.ts';
import type { MaskRule } from './rule.ts';
import { type BaseType, type ColumnType, maskableType } from './types/column-type.ts';
import { nullMask, type ValueMask } from './value-mask.ts';

/**
 * The mask of one column. Where a rule doesn't fit the type, or its key is missing, every value becomes NULL.
 *
 * @param key the key of the rule's purpose (`MaskKeys.for`), which only hash and token need
 */
export function createMask(rule: MaskRule, type: ColumnType, key: PurposeKey | undefined): ValueMask {
  const maskable = maskableType(type);
  // These don't look at values, and so not at elements of arrays either.
  if (rule.kind === 'null') return nullMask;
  if (rule.kind === 'redact') return redactMask(maskable);
  if (rule.kind === 'constant') return constantMask(rule, maskable);
  if (maskable.is === 'closed') return nullMask;
  if (maskable.is === 'base') return maskOfBase(rule, maskable, key);
  const element = maskOfBase(rule, maskable.element, key);
  return element === nullMask ? nullMask : arrayMask(element);
}

type LookingRule = Exclude<MaskRule, { kind: 'null' | 'redact' | 'constant' }>;

function maskOfBase(rule: LookingRule, type: BaseType, key: PurposeKey | undefined): ValueMask {
  switch (rule.kind) {
    case 'token':
      return key === undefined ? nullMask : tokenMask(type, key);
    case 'hash':
      return key === undefined ? nullMask : hashMask(rule, type, key);
    case 'bucket':
      return bucketMask(rule, type);
    case 'round':
      return roundMask(rule, type);
    case 'date_trunc':
      return dateTruncMask(rule, type);
    case 'json':
      return jsonMask(rule, type);
    case 'pattern':
      return patternMask(rule, type);
    case 'email':
      return emailMask(type);
    case 'partial':
      return partialMask(rule, type);
    default:
      return unknownRule(rule);
  }
}

/** A rule of a kind that came with a newer policy hides everything. */
function unknownRule(_: never): ValueMask {
  return nullMask;
}
