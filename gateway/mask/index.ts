export { createMask } from './create-mask.ts';
export { MaskKeys, noMaskKeys } from './keys/mask-keys.ts';
export type { PurposeKey } from './keys/purpose-key.ts';
export { loadMaskKeys, MaskKeysRefused, readMaskKeys } from './keys/read-mask-keys.ts';
export { addMaskKey, freshMaskKey, printMaskKeys } from './keys/write-mask-keys.ts';
export { compilePattern, PatternRefused } from './pattern/compile-pattern.ts';
export { forComputed, type MaskKind, type MaskRule, purposeOf, strictest } from './rule.ts';
export type { ColumnType, TypeFacts, TypeOf } from './types/column-type.ts';
export { type Format, largestWhole, type Pieces, type ValueMask } from './value-mask.ts';
