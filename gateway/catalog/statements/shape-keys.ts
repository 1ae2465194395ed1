// The key by which statements share their facts, from a text alone: by its skeleton, or else by parsing it.
import { parseStatements, type Shape, SyntaxRefusal, shapeOf, skeletonOf } from '../../sql/index.ts';
import { KnownShapes } from './known-shapes.ts';

export type ShapeKey = Readonly<{
  key: string;
  /** The parser was asked, and may have to be asked again. */
  parsed: boolean;
}>;

/** Parsing a longer text would keep other sessions waiting, and its shape would be nearly as long. */
const maxBytes = 32_768;

export class ShapeKeys {
  readonly #known: KnownShapes;
  /** A text that isn't found is mostly read next. */
  #lastText: string | undefined;
  #lastKey: ShapeKey | undefined;

  constructor(bytes: number) {
    this.#known = new KnownShapes(bytes);
  }

  /** Undefined for a text that isn't one statement with a shape. */
  of(text: string): ShapeKey | undefined {
    if (text === this.#lastText) return this.#lastKey;
    const key = isTooLong(text) ? undefined : this.#find(text);
    this.#lastText = text;
    this.#lastKey = key;
    return key;
  }

  #find(text: string): ShapeKey | undefined {
    const skeleton = skeletonOf(text);
    const known = skeleton && this.#known.keyOf(text, skeleton);
    if (known !== undefined) return { key: known, parsed: false };
    const shape = parsedShapeOf(text);
    if (shape === undefined) return undefined;
    if (skeleton !== undefined) this.#known.learn(text, skeleton, shape);
    return { key: shape.key, parsed: true };
  }
}

/** A UTF-16 unit takes at most three bytes: most texts need no counting. */
function isTooLong(text: string): boolean {
  return text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes;
}

/** What the parser says, whatever is known. */
export function parsedShapeOf(text: string): Shape | undefined {
  try {
    const [statement, another] = parseStatements(text, { maxBytes });
    if (statement === undefined || another !== undefined) return undefined;
    const shape = shapeOf(statement, text);
    return 'key' in shape ? shape : undefined;
  } catch (error) {
    if (error instanceof SyntaxRefusal) return undefined;
    throw error;
  }
}
