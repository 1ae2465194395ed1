// Constants as texts write them: those whose class or end is easy to get wrong.

/** By what they are without a sign. */
export const numbersByType = {
  int4: ['0', '1', '7', '42', '007', '000000000000000000001', '999999999', '1000000000', '2147483647'],
  int8: ['2147483649', '00002147483649', '3000000000', '999999999999999999', '9223372036854775807'],
  numeric: [
    ...['9223372036854775809', '99999999999999999999999', '1.0', '1.', '.5', '0.0', '2147483648.0'],
    ...['1e3', '1E+3', '1e-3', '.5e1', '5.e1', '1.5E10'],
  ],
  /** These are the smallest of their type with a minus sign, and one type larger without. */
  bySign: ['2147483648', '00002147483648', '9223372036854775808', '00009223372036854775808'],
} as const;

export const numbers: readonly string[] = Object.values(numbersByType).flat();

export const strings: readonly string[] = [
  ...[`''`, `'x'`, `'%'`, `'_'`, `'%%_'`, `'%x'`, `'x%'`, `'it''s'`, `''''`, `''''''`, `'%'''`],
  ...[`'--'`, `'/*'`, `'*/'`, `';'`, `'a; DROP TABLE t'`, `'\\'`, `'\\%'`, `'$$'`, `'$1'`, `'{int4}'`, `'"'`],
  ...[`'é'`, `'😀'`, `'\n'`, `'\t'`, `'\u00a0'`, `'true'`, `'t'`, `'5'`, `'2020-01-01'`, `'1 day'`, `'null'`],
];

/** That are written in other ways, or that only newer servers read, or none. */
export const unusual: readonly string[] = [
  ...[
    '0x1F',
    '0b1',
    '0o7',
    '1_000',
    '1a',
    '1e',
    '1e+',
    '1.e',
    '1..2',
    '1.2.3',
    `1e'x'`,
    `1'x'`,
    '1"x"',
    '1$1',
    '1é',
  ],
  ...[
    `e'x'`,
    `E'it\\'s'`,
    `n'x'`,
    `N'x'`,
    `b'01'`,
    `B'01'`,
    `x'1F'`,
    `X'1f'`,
    `U&'\\0041'`,
    `u&'x'`,
    `U&"x"`,
  ],
  ...['$$x$$', '$t$x$t$', `$t$'$t$`, '$1', '$1.x', '$2147483648', '$1a', '$$', '$t$'],
  ...[`'a'\n'b'`, `'a' 'b'`, `'a' -- c\n'b'`, `'a'/**/'b'`, `E'a'\n'b'`, `'a'\r'b'`, `'a'\v'b'`, `'a'e'b'`],
  ...[`date'2020-01-01'`, `date '2020-01-01'`, `INTERVAL '1' DAY`, `INTERVAL(3) '1'`, `float(24) '1'`],
  ...[
    'NULL',
    'true',
    `'unended`,
    `"unended`,
    `'a\0b'`,
    `'\ud800'`,
    '{int4}',
    '{text}',
    '(1)',
    '- 1',
    '-1',
    '+1',
  ],
];

/** What may stand between tokens, and what only looks as if it did. */
export const between: readonly string[] = [
  ...[
    ' ',
    '\n',
    '\t',
    '\r',
    '\f',
    '\v',
    '\r\n',
    '\u00a0',
    '\u2003',
    '\u0085',
    '\ufeff',
    '\0',
    '\u0001',
    '\u007f',
  ],
  ...[
    '-- c\n',
    '/* c */',
    '/* /* */ */',
    '/*',
    '*/',
    '--',
    '-',
    '- ',
    '- -',
    '+',
    '/',
    '*',
    '.',
    ';',
    ' ; ',
    ';;',
  ],
  ...[
    "'",
    "''",
    '"',
    '""',
    '\\',
    '$',
    '$$',
    '{',
    '}',
    '&',
    'e',
    'E',
    'n',
    'U&',
    'é',
    '%',
    '_',
    '5',
    ' e',
    ' 5',
    `'x'`,
  ],
];

/** A server takes each for a blank. */
export const comments: readonly string[] = [
  ...[
    '/**/',
    '/***/',
    '/* c */',
    "/* it's */",
    '/* " */',
    '/* -- */',
    '/* ; */',
    '/* $$ */',
    "/*a='1',b='é'*/",
  ],
  ...['/*\n*/', '/*+ hint */', '/* \\ */', '/*{int4}*/', '/* * / */', '/*/ */', '/* 😀 */'],
];
