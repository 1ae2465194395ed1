// What bundles may say of a database, and what is said of the keys that are wrong.
import { describe, expect, test } from 'vitest';
import { CatalogDataError, readCatalogData } from '../../../gateway/catalog/index.ts';

describe('catalog data', () => {
  test('nothing at all is empty data', () => {
    expect(readCatalogData(undefined)).toEqual({ columns: {}, functions: {} });
    expect(readCatalogData({})).toEqual({ columns: {}, functions: {} });
  });

  test('what a vouch leaves out is nothing', () => {
    expect(readCatalogData({ functions: { 'public.f()': {} } }).functions).toEqual({
      'public.f()': { reads: [], carries: [], writes: [] },
    });
  });

  test.each([
    { name: 'a list', data: [], want: 'the data: must be an object' },
    {
      name: 'an unknown key',
      data: { tables: {} },
      want: 'tables: unknown key; known are columns, functions, resources',
    },
    {
      name: 'a column without a schema',
      data: { columns: { 'customers.ssn': ['a'] } },
      want: 'columns."customers.ssn": must have the form schema.relation.column; a part with a dot stands in double quotes',
    },
    {
      name: 'labels that are no list',
      data: { columns: { 'public.customers.ssn': 'pii' } },
      want: 'columns."public.customers.ssn": must be a list of texts',
    },
    {
      name: 'a label with a space',
      data: { columns: { 'public.customers.ssn': ['two words'] } },
      want: 'columns."public.customers.ssn": "two words" is no label: letters, digits and _, in parts between . : / or -, such as pii.ssn',
    },
    {
      name: 'a function without types',
      data: { functions: { 'public.touch': {} } },
      want: 'functions."public.touch": a function is named by its schema and types, such as public.touch(integer)',
    },
    {
      name: 'an unknown key of a vouch',
      data: { functions: { 'public.f()': { read: [] } } },
      want: 'functions."public.f()".read: unknown key; known are reads, carries, writes',
    },
    {
      name: 'a vouch that reads a relation',
      data: { functions: { 'public.f()': { reads: ['public.customers'] } } },
      want: 'functions."public.f()".reads: "public.customers": must have the form schema.relation.column; a part with a dot stands in double quotes',
    },
  ])('$name is named with its key', ({ data, want }) => {
    const error = ((): unknown => {
      try {
        return readCatalogData(data);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(CatalogDataError);
    expect((error as CatalogDataError).problems).toEqual([want]);
  });

  test('all problems are said at once', () => {
    const read = (): unknown => readCatalogData({ columns: { a: ['x'], 'b.c': 1 }, functions: [] });
    expect(read).toThrow(/"a".*"b\.c".*"b\.c".*functions: must be an object/s);
  });

  test('a name that every object has by birth is a name like others', () => {
    const data = readCatalogData(JSON.parse('{"columns": {"public.t.__proto__": ["x"]}}'));
    expect(Object.entries(data.columns)).toEqual([['public.t.__proto__', ['x']]]);
  });
});
