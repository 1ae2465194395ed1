// Kind json: parts of a document become null, and all else stays as it is written.

import { jsonMask as jsonDocumentMask } from '../json/json-mask.ts';
import { maskPaths } from '../json/mask-paths.ts';
import { readPaths } from '../json/paths.ts';
import type { JsonMask } from '../rule.ts';
import type { BaseType } from '../types/column-type.ts';
import type { ValueMask } from '../value-mask.ts';

export function jsonMask({ paths }: JsonMask, type: BaseType): ValueMask {
  const tree = readPaths(paths);
  return jsonDocumentMask(type, (document) => maskPaths(document, tree));
}
