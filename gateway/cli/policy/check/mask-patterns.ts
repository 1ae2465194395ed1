// Whether the regular expressions of the labels' masks can be run: the gateway would put NULL in the place of every value.
import { compilePattern, PatternRefused } from '../../../mask/index.ts';
import type { Path } from './path.ts';

/** Of data that have the form of `data.access`. */
export function maskPatternProblems(access: unknown): readonly Readonly<{ path: Path; text: string }>[] {
  const { labels = {} } = (access ?? {}) as { labels?: Record<string, { mask?: { pattern?: string } }> };
  return Object.entries(labels).flatMap(([label, { mask }]) => {
    const text = mask?.pattern === undefined ? undefined : problemOf(mask.pattern);
    return text === undefined ? [] : [{ path: ['access', 'labels', label, 'mask', 'pattern'], text }];
  });
}

function problemOf(pattern: string): string | undefined {
  try {
    compilePattern(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof PatternRefused) return error.message;
    throw error;
  }
}
