// A text with something else in the place of what may be a value in it: its constants, comments and quoted names.
//
// It needs no grammar, so that it holds for texts that nobody can parse as well; what follows a quote that doesn't end is
// taken for a value.

export type LiteralKind = 'text' | 'number' | 'comment' | 'name' | 'rest';

/** What stands in its place. */
export type MapLiteral = (literal: string, kind: LiteralKind) => string;

/**
 * One token a match, in the order in which PostgreSQL's scanner would try them: comments, strings with escapes, other
 * strings (several pieces of one, too), quoted names, dollar quotes, parameters, words, numbers.
 */
const token = new RegExp(
  [
    String.raw`(?<comment>--[^\n\r]*|\/\*)`,
    String.raw`(?<escaped>[eE]'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*')`,
    `(?<text>(?:[bBxXnN]|[uU]&)?'[^']*(?:''[^']*)*')`,
    `(?<name>(?:[uU]&)?"[^"]*(?:""[^"]*)*")`,
    String.raw`(?<dollar>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)`,
    String.raw`\$\d+`,
    String.raw`[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*`,
    String.raw`(?<number>(?:\d\w*(?:\.\w*)?|\.\d\w*)(?:(?<=[eE])[+-]\d+)?)`,
    `(?<open>['"])`,
  ].join('|'),
  'g',
);

export function mapLiterals(text: string, map: MapLiteral): string {
  let out = '';
  let from = 0;
  token.lastIndex = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const groups = match.groups as Partial<Record<string, string>>;
    const { index } = match;
    const kind = kindOf(groups);
    if (kind === undefined) continue;
    const end = endOf(text, index, match[0], groups);
    out += text.slice(from, index);
    if (end === undefined || groups.open !== undefined) return out + map(text.slice(index), 'rest');
    out += map(text.slice(index, end), kind);
    from = end;
    token.lastIndex = end;
  }
  return out + text.slice(from);
}

function kindOf(groups: Partial<Record<string, string>>): LiteralKind | undefined {
  if (groups.comment !== undefined) return 'comment';
  if (groups.name !== undefined) return 'name';
  if (groups.number !== undefined) return 'number';
  const isText = groups.escaped ?? groups.text ?? groups.dollar ?? groups.open;
  return isText === undefined ? undefined : 'text';
}

/** Undefined: it doesn't end. */
function endOf(
  text: string,
  start: number,
  match: string,
  { comment, dollar }: Partial<Record<string, string>>,
): number | undefined {
  if (comment === '/*') return endOfComment(text, start);
  if (dollar === undefined) return start + match.length;
  const closing = text.indexOf(dollar, start + dollar.length);
  return closing < 0 ? undefined : closing + dollar.length;
}

/** They nest. */
function endOfComment(text: string, start: number): number | undefined {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return undefined;
}
