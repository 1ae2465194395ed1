// The configuration's text: YAML in, plain values out, and the line on which each key stands.
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { Path, Problem } from './problem.ts';

export type Source = Readonly<{
  value: unknown;
  /** The key's own line, or that of the nearest key around it. */
  lineOf(path: Path): number | undefined;
  /** Where the text is not YAML, one line each. */
  syntax: readonly Readonly<{ line: number; problem: Problem }>[];
}>;

export function readSource(text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const syntax = [...document.errors, ...document.warnings].map((error) => ({
    line: lineAt(error.pos[0]),
    problem: {
      path: [],
      wrong: firstLower(error.message),
      right: 'the file must be YAML with spaces for indentation',
    },
  }));

  const lineOf = (path: Path): number | undefined => {
    for (let length = path.length; length > 0; length--) {
      const offset = keyOffset(document.contents, path.slice(0, length));
      if (offset !== undefined) return lineAt(offset);
    }
    return undefined;
  };
  return { value: syntax.length > 0 ? undefined : (document.toJS() ?? {}), lineOf, syntax };
}

function keyOffset(root: Node | null, path: Path): number | undefined {
  let node: unknown = root;
  let offset: number | undefined;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      if (!pair) return undefined;
      offset = (pair.key as Node).range?.[0];
      node = pair.value;
    } else {
      const item = (node as { items?: (Node | undefined)[] } | null)?.items?.[step as number];
      if (!item) return undefined;
      offset = item.range?.[0];
      node = item;
    }
  }
  return offset;
}

function firstLower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
