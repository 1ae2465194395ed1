// Families that a statement can't call, or that do nothing but for the server's own machinery.
import { type Family, named, takes } from './family.ts';

const handler = /^(language|fdw|index_am|table_am|tsm)_handler$/;

export const internalFamilies: readonly Family[] = [
  {
    class: 'internal',
    title: 'Triggers',
    note: 'Refuses to be called except by the trigger that an owner made.',
    has: ({ resultType, typeSupport }) => /^(event_)?trigger$/.test(resultType) && !typeSupport,
  },
  {
    class: 'internal',
    title: 'Inside event triggers',
    note: 'Refuses to be called except in an event trigger.',
    has: named('pg_event_trigger_*'),
  },
  {
    class: 'internal',
    title: 'Handlers of languages and access methods',
    note: 'Its result has no use in a statement.',
    has: ({ resultType, typeSupport }) => handler.test(resultType) && !typeSupport,
  },
  {
    class: 'internal',
    title: 'Binary input of types, and their statistics and subscripts',
    note: 'Takes an argument of type internal, which no statement can make.',
    has: (f) => f.typeSupport && takes(/^internal$/)(f),
  },
  {
    class: 'internal',
    title: 'Conversions between encodings',
    note: 'Takes an argument of type internal, which no statement can make.',
    has: (f) => f.name.includes('_to_') && takes(/^internal$/)(f) && takes(/^cstring$/)(f),
  },
  {
    class: 'internal',
    title: 'Support of indexes, planner, statistics, text search, and states of aggregates',
    note: 'Takes an argument of type internal, which no statement can make.',
    has: takes(/^internal$/),
  },
  {
    class: 'internal',
    title: 'Text forms of types that have no values',
    note: 'Refuses every value, or has only an empty one.',
    has: (f) =>
      (f.typeSupport || f.name.startsWith('shell_')) &&
      named(
        'any_* anyelement_* anynonarray_* anyarray_in anyenum_in anycompatible_* anycompatiblenonarray_* ' +
          'anycompatiblearray_in anyrange_in anymultirange_in anycompatiblerange_in anycompatiblemultirange_in ' +
          '*_handler_in *_handler_out event_trigger_* trigger_* internal_* pg_ddl_command_* shell_* void_* ' +
          'pg_node_tree_in pg_mcv_list_in pg_dependencies_in pg_ndistinct_in gtsvectorin gtsvectorout ' +
          'brin_*_summary_*',
      )(f),
  },
  {
    class: 'internal',
    title: 'Options of foreign data',
    note: 'Checks the options of CREATE SERVER and USER MAPPING; an error names the options that exist.',
    has: named('postgresql_fdw_validator'),
  },
];
