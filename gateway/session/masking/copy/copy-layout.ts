// How COPY … TO STDOUT lays out its rows, as its options say.
import type { Statement as SqlStatement } from '../../../sql/index.ts';

export type CopyLayout =
  | Readonly<{ format: 'binary' }>
  | Readonly<{
      format: 'text' | 'csv';
      /** The first line names the columns. */
      header: boolean;
      /** Single bytes; of text, the quote and the escape mean nothing. */
      delimiter: number;
      quote: number;
      escape: number;
      /** How NULL is written. */
      nullText: string;
      /** FORCE_QUOTE is given, for whichever columns. */
      forcesQuotes: boolean;
    }>;

type Options = Map<string, unknown>;

/** Undefined for any other statement, and where its options don't leave it certain. */
export function copyLayoutOf(statement: SqlStatement): CopyLayout | undefined {
  if (statement.type !== 'CopyStmt') return undefined;
  const { is_from: isFrom, is_program: isProgram, filename } = statement.node;
  if (isFrom === true || isProgram === true || filename !== undefined) return undefined;
  const options = optionsOf(statement.node.options ?? []);
  if (options === undefined) return undefined;
  const format = options.get('format') === undefined ? 'text' : textOf(options.get('format'));
  switch (format) {
    case 'binary':
      return options.size === 1 ? { format } : undefined;
    case 'text':
    case 'csv':
      return ofLines(format, options);
    default:
      return undefined;
  }
}

const known: ReadonlySet<string> = new Set([
  'format',
  'header',
  'delimiter',
  'quote',
  'escape',
  'null',
  'force_quote',
  'encoding',
]);
/** An option that stands without a value. */
const bare = Symbol('bare');

function optionsOf(nodes: readonly unknown[]): Options | undefined {
  const options: Options = new Map();
  for (const node of nodes) {
    const { defname = '', arg } = (node as { DefElem?: { defname?: string; arg?: unknown } }).DefElem ?? {};
    if (!known.has(defname) || options.has(defname)) return undefined;
    options.set(defname, arg ?? bare);
  }
  return options;
}

function ofLines(format: 'text' | 'csv', options: Options): CopyLayout | undefined {
  const encoding = options.get('encoding');
  // In others a byte of a letter can look like a delimiter.
  if (encoding !== undefined && !/^utf-?8$/i.test(textOf(encoding) ?? '')) return undefined;
  const header = options.has('header') ? booleanOf(options.get('header')) : false;
  const delimiter = byteOf(options.get('delimiter'), format === 'csv' ? ',' : '\t');
  const quote = byteOf(options.get('quote'), '"');
  const escaping = options.has('escape') ? byteOf(options.get('escape'), '') : quote;
  const nullText = options.has('null') ? textOf(options.get('null')) : format === 'csv' ? '' : '\\N';
  if (header === undefined || delimiter === undefined || quote === undefined || escaping === undefined)
    return undefined;
  return nullText === undefined
    ? undefined
    : {
        format,
        header,
        delimiter,
        quote,
        escape: escaping,
        nullText,
        forcesQuotes: options.has('force_quote'),
      };
}

/** As the server reads it (defGetBoolean in define.c). */
function booleanOf(value: unknown): boolean | undefined {
  if (value === bare) return true;
  const { Boolean: boolean, Integer: integer } = value as {
    Boolean?: { boolval?: boolean };
    Integer?: { ival?: number };
  };
  if (boolean !== undefined) return boolean.boolval === true;
  const text = integer === undefined ? textOf(value)?.toLowerCase() : String(integer.ival ?? 0);
  if (text === undefined) return undefined;
  if (text === 'true' || text === 'on' || text === '1') return true;
  return text === 'false' || text === 'off' || text === '0' ? false : undefined;
}

function byteOf(value: unknown, otherwise: string): number | undefined {
  const text = value === undefined ? otherwise : textOf(value);
  const code = text?.length === 1 ? text.charCodeAt(0) : undefined;
  return code !== undefined && code < 0x80 ? code : undefined;
}

function textOf(value: unknown): string | undefined {
  if (value === bare || value === undefined) return undefined;
  const { String: string } = value as { String?: { sval?: string } };
  return string === undefined ? undefined : (string.sval ?? '');
}
