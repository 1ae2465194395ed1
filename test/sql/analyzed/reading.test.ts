import { describe, expect, test } from 'vitest';
import { registryOf } from '../../../gateway/sql/analyzed/registry/schema.ts';
import {
  type AnalyzedNode,
  accessOf,
  BrokenTree,
  columnSet,
  NodeTextError,
  type Query,
  type RangeTableEntry,
  type Reading,
  readExpression,
  readExpressions,
  readFunctionBody,
  resolveVar,
  treeVersions,
  type Var,
  walkTree,
} from '../../../gateway/sql/index.ts';

const setToDefault = '{SETTODEFAULT :typeId 23 :typeMod -1 :collation 0 :location -1}';
const not = (inner: string): string => `{BOOLEXPR :boolop not :args (${inner}) :location -1}`;
const collate = (arg: string): string => `{COLLATEEXPR :arg ${arg} :collOid 950 :location 7}`;
const constant = (value: string): string =>
  `{CONST :consttype 25 :consttypmod -1 :constcollid 100 :constlen -1 :constbyval false :constisnull false :location -1 :constvalue ${value}}`;

describe('reading node text', () => {
  test('a node has its tag and its fields as the registry types them', () => {
    expect(tree(readExpression(not(setToDefault), 15))).toEqual({
      tag: 'BOOLEXPR',
      boolop: 'not',
      args: [{ tag: 'SETTODEFAULT', typeId: 23, typeMod: -1, collation: 0, location: -1 }],
      location: -1,
    });
    expect(tree(readExpression('<>', 15))).toBeNull();
    expect(tree(readExpressions('<>', 15))).toEqual([]);
    expect(tree(readFunctionBody('(<>)', 15))).toEqual([]);
  });

  test('escapes, empty strings and nulls are told apart', () => {
    const named = (name: string): unknown =>
      tree(readExpression(`{NAMEDARGEXPR :arg ${setToDefault} :name ${name} :argnumber 0 :location -1}`, 18));
    expect(named('<>')).toMatchObject({ name: null });
    expect(named('""')).toMatchObject({ name: '' });
    expect(named('\\<>')).toMatchObject({ name: '<>' });
    expect(named('a\\ \\(b\\)\\{\\}\\\\')).toMatchObject({ name: 'a (b){}\\' });
    expect(named('\\1')).toMatchObject({ name: '1' });
    expect(named('😀')).toMatchObject({ name: '😀' });
  });

  test.each([
    { name: 'signed', text: '5 [ 1 0 -1 127 -128 ]', want: [1, 0, 255, 127, 128] },
    { name: 'unsigned', text: '2 [ 255 128 ]', want: [255, 128] },
    { name: 'padded by value', text: '4 [ 1 0 0 0 0 0 0 0 ]', want: [1, 0, 0, 0, 0, 0, 0, 0] },
    { name: 'empty', text: '0 [ ]', want: [] },
  ])('the bytes of a constant: $name', ({ text, want }) => {
    const read = tree(readExpression(constant(text), 15)) as { constvalue: { bytes: Uint8Array } };
    expect([...read.constvalue.bytes]).toEqual(want);
  });

  test.each([
    { name: 'a tag that nobody knows', text: '{FUTUREEXPR :x 1}', tag: 'FUTUREEXPR', field: undefined },
    { name: 'a tag of a later version', text: '{MERGESUPPORTFUNC :msftype 25}', tag: 'MERGESUPPORTFUNC' },
    { name: 'a planned node', text: '{SUBPLAN :subLinkType 0}', tag: 'SUBPLAN' },
    {
      name: 'a field that nobody knows',
      text: '{COLLATEEXPR :argument <>}',
      tag: 'COLLATEEXPR',
      field: 'argument',
    },
    {
      name: 'one field more',
      text: '{SETTODEFAULT :typeId 23 :typeMod -1 :collation 0 :location -1 :extra 3}',
      tag: 'SETTODEFAULT',
      field: 'extra',
    },
    {
      name: 'one field less',
      text: '{SETTODEFAULT :typeId 23 :typeMod -1 :collation 0}',
      tag: 'SETTODEFAULT',
      field: 'location',
    },
    {
      name: 'fields in another order',
      text: '{SETTODEFAULT :typeMod -1 :typeId 23 :collation 0 :location -1}',
      tag: 'SETTODEFAULT',
      field: 'typeMod',
    },
    {
      name: 'a value of another kind',
      text: '{SETTODEFAULT :typeId true :typeMod -1 :collation 0 :location -1}',
      tag: 'SETTODEFAULT',
      field: 'typeId',
    },
    {
      name: 'a code beyond the enumeration',
      text: `{NULLTEST :arg ${setToDefault} :nulltesttype 2 :argisrow false :location -1}`,
      tag: 'NULLTEST',
      field: 'nulltesttype',
    },
    {
      name: 'an enumeration code of the planner',
      text: '{PARAM :paramkind 1 :paramid 0 :paramtype 23 :paramtypmod -1 :paramcollid 0 :location -1}',
      tag: 'PARAM',
      field: 'paramkind',
    },
    { name: 'null where a node must be', text: collate('<>'), tag: 'COLLATEEXPR', field: 'arg' },
    {
      name: 'a clause where an expression must be',
      text: collate('{RANGETBLREF :rtindex 1}'),
      tag: 'COLLATEEXPR',
      field: 'arg',
    },
    {
      name: 'a list where a node must be',
      text: collate(`(${setToDefault})`),
      tag: 'COLLATEEXPR',
      field: 'arg',
    },
    {
      name: 'a length that the bytes contradict',
      text: constant('4 [ 1 2 ]'),
      tag: 'CONST',
      field: 'constvalue',
    },
    {
      name: 'a length beyond the text',
      text: constant('4000000000 [ 1 2 ]'),
      tag: 'CONST',
      field: 'constvalue',
    },
    { name: 'a byte that is none', text: constant('1 [ 256 ]'), tag: 'CONST', field: 'constvalue' },
  ])('is named and not guessed: $name', ({ text, tag, field }) => {
    expect(readExpression(text, 15)).toEqual({ known: false, unknown: [{ tag, field, offset: 0 }] });
    const inside = readExpression(not(text), 15);
    expect(inside).toEqual({ known: false, unknown: [{ tag, field, offset: not('').indexOf('()') + 1 }] });
  });

  test('every unknown node is named, and what follows it is still read', () => {
    const text = `({FUTURE1 :x (1 {A :y 2})} ${setToDefault} {FUTURE2})`;
    expect(readExpressions(text, 18)).toEqual({
      known: false,
      unknown: [
        { tag: 'FUTURE1', field: undefined, offset: 1 },
        { tag: 'FUTURE2', field: undefined, offset: text.indexOf('{FUTURE2') },
      ],
    });
  });

  test('a version that nobody described reads as unknown', () => {
    for (const version of [14, 19])
      expect(readExpression(setToDefault, version)).toMatchObject({ known: false });
    for (const version of treeVersions)
      expect(readExpression(setToDefault, version)).toMatchObject({ known: true });
  });

  test.each([
    { name: 'nothing', text: '', offset: 0 },
    { name: 'a node that does not end', text: '{SETTODEFAULT :typeId 23', offset: 24 },
    { name: 'a list that does not end', text: not(setToDefault).slice(0, -20), offset: undefined },
    { name: 'a bracket that closes none', text: '{SETTODEFAULT :typeId 23)', offset: 24 },
    { name: 'a node without a tag', text: '{ :typeId 23}', offset: 1 },
    { name: 'a tag in lower case', text: '{settodefault}', offset: 1 },
    { name: 'text after the end', text: `${setToDefault} `, offset: setToDefault.length },
    { name: 'a second node after the end', text: setToDefault + setToDefault, offset: setToDefault.length },
    { name: 'an escape at the end', text: '{SETTODEFAULT :typeId \\', offset: 23 },
  ])('is an error that says where: $name', ({ text, offset }) => {
    const error = thrownBy(() => readExpression(text, 15));
    expect(error).toBeInstanceOf(NodeTextError);
    expect(error).toMatchObject({ code: 'malformed', ...(offset === undefined ? {} : { offset }) });
  });

  test('cut off anywhere, or with any character lost, it never reads as something known', () => {
    const text = `(${[constant('5 [ 36 0 -1 0 120 ]'), collate(setToDefault)].join(' ')})`;
    for (let at = 0; at < text.length; at++) {
      expect(isKnown(text.slice(0, at)), `cut off at ${at}`).toBe(false);
    }
    for (const [at, character] of [...text].entries())
      if ('{}()[]: '.includes(character))
        expect(isKnown(text.slice(0, at) + text.slice(at + 1)), `without the character at ${at}`).toBe(false);
  });

  test('an error never shows what the text holds', () => {
    const error = thrownBy(() => readExpression('{SETTODEFAULT :typeId secret)', 15));
    expect(String(error)).not.toContain('secret');
  });

  test.each([
    { name: 'nodes', open: '{COLLATEEXPR :arg ', close: ' :collOid 950 :location 7}' },
    { name: 'lists', open: '{BOOLEXPR :boolop not :args (', close: ') :location -1}' },
    { name: 'what nobody knows', open: '{FUTURE :x (', close: ')}' },
  ])('nesting is bounded: $name', ({ open, close }) => {
    const nested = (levels: number): string => open.repeat(levels) + setToDefault + close.repeat(levels);
    expect(() => readExpression(nested(400), 15)).not.toThrow();
    if (open.startsWith('{FUTURE'))
      expect(readExpression(nested(200_000), 15)).toMatchObject({ known: false });
    else
      for (const levels of [1_001, 200_000])
        expect(thrownBy(() => readExpression(nested(levels), 15))).toMatchObject({ code: 'too_deep' });
    expect(readExpression(setToDefault, 15).known).toBe(true);
  });

  test('a later version has every tag of an earlier one', () => {
    const tags = treeVersions.map((version) => new Set(registryOf(version)?.keys()));
    for (const [index, earlier] of tags.entries())
      for (const later of tags.slice(index)) expect([...later]).toEqual(expect.arrayContaining([...earlier]));
    expect(registryOf(14)).toBeUndefined();
  });
});

describe('walking', () => {
  test('visits parents before children, in the order of the fields, and leaves out what it is told to', () => {
    const text = `(${not(collate(setToDefault))} ${constant('0 [ ]')})`;
    const visited: string[] = [];
    walkTree(tree(readExpressions(text, 15)), ({ tag }) => visited.push(tag));
    expect(visited).toEqual(['BOOLEXPR', 'COLLATEEXPR', 'SETTODEFAULT', 'CONST']);
    visited.length = 0;
    walkTree(tree(readExpressions(text, 15)), ({ tag }) => {
      visited.push(tag);
      return tag !== 'BOOLEXPR';
    });
    expect(visited).toEqual(['BOOLEXPR', 'CONST']);
  });

  test('the deepest tree that reads can be walked', () => {
    const levels = 990;
    const text =
      '{COLLATEEXPR :arg '.repeat(levels) + setToDefault + ' :collOid 950 :location 7}'.repeat(levels);
    let count = 0;
    walkTree(tree(readExpression(text, 15)) as AnalyzedNode, () => {
      count++;
    });
    expect(count).toBe(levels + 1);
  });
});

describe('what a tree points to', () => {
  test('members of a column set are offset by seven, and seven is the whole row', () => {
    expect(columnSet([])).toEqual({ wholeRow: false, columns: [] });
    expect(columnSet([8, 11])).toEqual({ wholeRow: false, columns: [1, 4] });
    expect(columnSet([6, 7, 9])).toEqual({ wholeRow: true, columns: [-1, 2] });
  });

  test('a tree that contradicts itself is an error', () => {
    const query = { rtable: [], rteperminfos: [] } as unknown as Query;
    const dangling = { varno: 1, varlevelsup: 0 } as Var;
    const scope = { query, outer: undefined };
    expect(() => resolveVar(scope, dangling)).toThrow(BrokenTree);
    expect(() => resolveVar(scope, { ...dangling, varlevelsup: 2 })).toThrow(BrokenTree);
    expect(resolveVar(scope, { ...dangling, varlevelsup: 1 })).toBeUndefined();
    const entry = { rtekind: 'relation', relid: 1, perminfoindex: 1 } as RangeTableEntry;
    expect(() => accessOf(query, entry)).toThrow(BrokenTree);
    const old = { rtekind: 'relation', relid: 1, requiredPerms: 64 } as RangeTableEntry;
    expect(() => accessOf({ ...query, rteperminfos: undefined }, old)).toThrow(BrokenTree);
  });
});

function tree<Tree>(reading: Reading<Tree>): Tree {
  return reading.known ? reading.tree : expect.fail(JSON.stringify(reading.unknown));
}

function isKnown(text: string): boolean {
  try {
    return readExpressions(text, 15).known;
  } catch (error) {
    expect(error).toBeInstanceOf(NodeTextError);
    return false;
  }
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
