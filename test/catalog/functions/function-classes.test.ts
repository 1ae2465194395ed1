// Looking functions up: only what PostgreSQL itself brought along has the class of its name.
import { describe, expect, test } from 'vitest';
import {
  classOfCast,
  classOfFunction,
  classOfOperator,
  type FunctionIdentity,
  functionClassMeanings,
  isFunctionClass,
  loadFunctionClasses,
  parseClassList,
  printSignature,
  readSignature,
  stricterClass,
} from '../../../gateway/catalog/index.ts';

const classes = loadFunctionClasses();
const upper: FunctionIdentity = { oid: 871, schema: 'pg_catalog', name: 'upper', argumentTypes: ['text'] };

describe('the class of a function', () => {
  const cases: readonly { name: string; identity: FunctionIdentity; want: string }[] = [
    { name: 'a function that the server is born with', identity: upper, want: 'pure' },
    {
      name: 'one of the same name in another schema',
      identity: { ...upper, oid: 16500, schema: 'public' },
      want: 'opaque',
    },
    { name: 'one that somebody put into pg_catalog', identity: { ...upper, oid: 16500 }, want: 'opaque' },
    {
      name: 'an overload that was never reviewed',
      identity: { ...upper, argumentTypes: ['bytea'] },
      want: 'opaque',
    },
    {
      name: 'types written with their schema',
      identity: { ...upper, argumentTypes: ['pg_catalog.text'] },
      want: 'pure',
    },
    {
      name: 'a function of a reviewed extension, in any schema',
      identity: { ...upper, oid: 20000, schema: 'tools', name: 'dblink', extension: 'dblink' },
      want: 'runs_sql',
    },
    {
      name: 'a function of the same name that the extension didn’t bring',
      identity: { ...upper, oid: 20000, schema: 'tools', name: 'digest' },
      want: 'opaque',
    },
    {
      name: 'a function of an extension that nobody looked at',
      identity: { ...upper, oid: 20000, extension: 'postgis' },
      want: 'opaque',
    },
    {
      name: 'a name that objects inherit in JavaScript',
      identity: { ...upper, name: 'constructor', argumentTypes: [] },
      want: 'opaque',
    },
  ];
  test.each(cases)('$name: $want', ({ identity, want }) => {
    expect(classes.of(identity).class).toBe(want);
  });

  test('a signature with another schema finds nothing', () => {
    expect(classes.find('public.upper(text)')).toBeUndefined();
    expect(classes.findByName('upper', ['text'], 'public')).toBeUndefined();
  });

  test('an entry says why, and with which functions it was reviewed', () => {
    const entry = classes.find('pg_get_viewdef(oid)');
    expect(entry).toMatchObject({ class: 'reads_catalog', family: 'Definitions, as SQL or text' });
    expect(entry?.note).toContain('literals');
  });
});

describe('signatures', () => {
  test.each([
    ['upper(text)', 'pg_catalog.upper(text)'],
    ['"left"(text,integer)', 'pg_catalog.left(text,integer)'],
    ['pg_catalog."char"(integer)', 'pg_catalog.char(integer)'],
    ['"RI_FKey_check_ins"()', 'pg_catalog.RI_FKey_check_ins()'],
    ['count("any")', 'pg_catalog.count("any")'],
    ['"my ""odd"" schema"."f.g("(text)', 'my "odd" schema.f.g((text)'],
    ['not a signature', 'not a signature'],
  ])('%s is %s', (text, want) => {
    expect(readSignature(text)).toBe(want);
  });

  test('printed as they are read', () => {
    expect(printSignature('pg_catalog', 'left', ['text', 'integer'])).toBe(
      readSignature('"left"(text,integer)'),
    );
  });
});

describe('the text of a classification', () => {
  test('sections, notes and lines', () => {
    const entries = parseClassList(
      '# why\n\n[pure] Text\npg_catalog.upper(text)\n\n[lock] Sleeping\n! Waits.\nx.y()\n',
    );
    expect([...entries]).toEqual([
      ['pg_catalog.upper(text)', { class: 'pure', family: 'Text', note: undefined }],
      ['x.y()', { class: 'lock', family: 'Sleeping', note: 'Waits.' }],
    ]);
  });

  test.each([
    ['an unknown class', '[harmless] Text\nx.y()', 'line 1 of the classification names no class'],
    ['a line before any section', 'x.y()', 'line 1 of the classification belongs to no section'],
    ['a function twice', '[pure] A\nx.y()\n[lock] B\nx.y()', 'line 4 of the classification is there twice'],
    ['a section without a family', '[pure]\nx.y()', 'line 1 of the classification names no class'],
  ])('%s is refused', (_name, text, message) => {
    expect(() => parseClassList(text)).toThrow(message);
  });
});

describe('operators and casts', () => {
  const functions = new Map<number, FunctionIdentity>([
    [871, upper],
    [1, { oid: 1, schema: 'pg_catalog', name: 'textout', argumentTypes: ['text'] }],
    [2, { oid: 2, schema: 'pg_catalog', name: 'regclassin', argumentTypes: ['cstring'] }],
    [20000, { oid: 20000, schema: 'public', name: 'equal', argumentTypes: ['text', 'text'] }],
  ]);

  test('an operator is what it calls', () => {
    expect(classOfOperator({ code: 871 }, functions, classes).class).toBe('pure');
    expect(classOfOperator({ code: 20000 }, functions, classes).class).toBe('opaque');
  });

  test('what the catalog doesn’t have is opaque', () => {
    expect(classOfFunction(4711, functions, classes).class).toBe('opaque');
    expect(classOfCast({ method: 'function', function: 4711 }, functions, classes).class).toBe('opaque');
  });

  test('a cast through text is the stricter of its two functions, whichever comes first', () => {
    expect(classOfCast({ method: 'text', output: 1, input: 2 }, functions, classes).class).toBe(
      'reads_catalog',
    );
    expect(classOfCast({ method: 'text', output: 20000, input: 2 }, functions, classes).class).toBe('opaque');
  });

  test('a cast that keeps the bytes calls nothing', () => {
    expect(classOfCast({ method: 'binary' }, functions, classes).class).toBe('pure');
  });
});

describe('classes', () => {
  test('nothing is stricter than opaque, everything than pure', () => {
    for (const name of Object.keys(functionClassMeanings)) {
      if (!isFunctionClass(name)) throw new Error(name);
      expect(stricterClass(name, 'opaque')).toBe('opaque');
      expect(stricterClass('pure', name)).toBe(name);
      expect(stricterClass(name, name)).toBe(name);
    }
  });

  test('an inherited name is no class', () => {
    expect(isFunctionClass('toString')).toBe(false);
  });
});
