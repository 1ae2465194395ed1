// The key by which statements share their facts, from a text alone.
import { parseStatements, SyntaxRefusal, shapeOf } from '../../sql/index.ts';

/** Parsing a longer text would keep other sessions waiting, and its shape would be nearly as long. */
const maxBytes = 32_768;

/** Undefined for a text that isn't one statement with a shape. */
export function shapeKeyOf(text: string): string | undefined {
  if (text.length > maxBytes) return undefined;
  try {
    const [statement, another] = parseStatements(text, { maxBytes });
    if (statement === undefined || another !== undefined) return undefined;
    const shape = shapeOf(statement, text);
    return 'key' in shape ? shape.key : undefined;
  } catch (error) {
    if (error instanceof SyntaxRefusal) return undefined;
    throw error;
  }
}
