// Rows and errors look as in psql, and can't steer the terminal.
import { describe, expect, test } from 'vitest';
import { formatServerMessage } from '../../gateway/cli/sql/error-text.ts';
import { formatExpanded, formatTable } from '../../gateway/cli/sql/table.ts';

const columns = [
  { name: 'id', typeOid: 23 },
  { name: 'name', typeOid: 25 },
];

describe('a table', () => {
  test('aligns numbers right and text left', () => {
    expect(
      formatTable(columns, [
        ['1', 'a'],
        ['20', 'longer'],
      ]),
    ).toBe(' id |  name  \n----+--------\n  1 | a\n 20 | longer\n(2 rows)\n\n');
  });

  test('shows NULL as nothing and a lone row as one', () => {
    expect(formatTable(columns, [['1', null]])).toBe(' id | name \n----+------\n  1 | \n(1 row)\n\n');
  });

  test('marks values of several lines', () => {
    expect(formatTable(columns, [['1', 'a\nbc']])).toBe(
      ' id | name \n----+------\n  1 | a   +\n    | bc\n(1 row)\n\n',
    );
  });

  test('counts wide characters as two', () => {
    expect(
      formatTable(
        [columns[1] ?? columns[0]].flatMap((c) => (c ? [c] : [])),
        [['漢字'], ['e\u0301']],
      ),
    ).toContain(' 漢字\n e\u0301\n');
  });

  test('writes control characters out', () => {
    const table = formatTable(columns, [['1', '\x1b[31mred\x07\u009b\u202e']]);
    expect(table).toContain('\\x1B[31mred\\x07\\u009B\\u202E');
    expect(table.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('writes control characters of column names out', () => {
    expect(formatTable([{ name: '\x1b]0;x', typeOid: 25 }], [])).toContain('\\x1B]0;x');
  });
});

test('expanded rows have one field a line', () => {
  expect(formatExpanded(columns, [['1', 'a\nb']])).toBe('-[ RECORD 1 ]\nid   | 1\nname | a\n     | b\n\n');
});

describe('an error', () => {
  test('has SQLSTATE, place, DETAIL and HINT', () => {
    const fields = {
      severity: 'ERROR',
      code: '42703',
      message: 'no column',
      detail: 'd',
      hint: 'h',
      position: '15',
    };
    expect(formatServerMessage(fields, 'select a,\n    b from t')).toBe(
      'ERROR:  42703: no column\nLINE 2:     b from t\n            ^\nDETAIL:  d\nHINT:  h\n',
    );
  });

  test('keeps the place in view in a long line', () => {
    const sql = `select ${'x, '.repeat(100)}oops from t`;
    const lines = formatServerMessage({ message: 'm', position: String(sql.indexOf('oops') + 1) }, sql).split(
      '\n',
    );
    expect(lines[1]?.slice(lines[2]?.indexOf('^'))).toMatch(/^oops/);
    expect(lines[1]?.length).toBeLessThan(100);
  });

  test('cannot steer the terminal', () => {
    expect(formatServerMessage({ message: '\x1b[2J', hint: '\x1b[2J' })).not.toContain('\x1b');
  });

  test('a notice has no code and no context', () => {
    const notice = { severity: 'NOTICE', code: '00000', message: 'hello', where: 'line 1' };
    expect(formatServerMessage(notice)).toBe('NOTICE:  hello\n');
  });
});
