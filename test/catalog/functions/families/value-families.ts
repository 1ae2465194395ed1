// Families that compute from their arguments alone, sorted by what they compute with.

import type { ServerFunction } from '../server-functions.ts';
import { type Family, named, takes } from './family.ts';

/**
 * Not immutable, but only because the result depends on settings (time zone, formats, locale, text search
 * configuration) or on how a type prints itself.
 */
const settled = named(`
  anyenum_out enum_in enum_out enum_send aclexplode pg_column_size pg_column_compression
  pg_column_toast_chunk_id pg_typeof pg_collation_for pg_char_to_encoding pg_encoding_to_char pg_get_keywords
  pg_get_catalog_foreign_keys pg_options_to_table
  convert convert_from convert_to length money numeric
  date date_add date_subtract date_*_timestamptz date_part date_trunc extract generate_series in_range
  interval_pl_timestamptz make_timestamptz overlaps time timestamp timestamp_*_timestamptz timestamptz
  timestamptz_* timetz timezone to_char to_date to_number to_timestamp
  json_to_tsvector jsonb_to_tsvector jsonb_path_*_tz phraseto_tsquery plainto_tsquery to_tsquery to_tsvector
  websearch_to_tsquery ts_debug ts_headline ts_match_tq ts_match_tt ts_parse ts_token_type
  xml xml_is_well_formed cash_in cash_out date_in date_out interval_in interval_out time_in timestamp_in
  timestamp_out timestamptz_in timestamptz_out timetz_in xml_in xml_send *send
`);

/** Immutable functions whose names look like the server's business, each looked at. */
const looksLikeTheServer = named(`
  pg_lsn* pg_snapshot* pg_visible_in_snapshot pg_wal_lsn_diff pg_size_bytes pg_size_pretty
  pg_encoding_max_length pg_indexam_progress_phasename
`);

const shape = /^(point|line|lseg|box|path|polygon|circle)$/;

const computes = (f: ServerFunction) =>
  settled(f) || looksLikeTheServer(f) || (f.volatility === 'i' && !f.name.startsWith('pg_'));

const pure = (title: string, has: Family['has'], note?: string): Family => ({
  class: 'pure',
  title,
  ...(note === undefined ? {} : { note }),
  has: (f) => computes(f) && has(f),
});

const wholeValue = (title: string, note: string, has: Family['has']): Family => ({
  class: 'whole_value',
  title,
  note,
  has: (f) => 'is'.includes(f.volatility) && has(f),
});

export const valueFamilies: readonly Family[] = [
  wholeValue(
    'Any value as JSON',
    'Every field of a row goes into the result; a cast to json that somebody made for a type of theirs is called.',
    named(
      'row_to_json to_json to_jsonb array_to_json json_agg json_agg_strict jsonb_agg jsonb_agg_strict ' +
        'json_build_* jsonb_build_* json_object_agg* jsonb_object_agg*',
    ),
  ),
  wholeValue(
    'Any value as text',
    'Every field of a row goes into the result, by the output function of its type.',
    (f) =>
      named('concat concat_ws format anytextcat textanycat array_to_string')(f) ||
      (/^quote_(literal|nullable)$/.test(f.name) && takes(/^anyelement$/)(f)),
  ),
  wholeValue(
    'Rows and elements from JSON',
    'Fills the fields of a composite type by the input functions of their types; a domain among them runs its checks.',
    named('json_populate_record* jsonb_populate_record* json_to_record* jsonb_to_record*'),
  ),
  wholeValue(
    'Rows, arrays and ranges, in and out of text',
    'Goes through the text form of whatever type it holds; a domain among them runs its checks.',
    named(
      'record_in record_out record_send array_in array_out array_send range_in range_out range_send ' +
        'multirange_in multirange_out multirange_send anyarray_out anyarray_send anyrange_out ' +
        'anymultirange_out anycompatiblearray_out anycompatiblearray_send anycompatiblerange_out ' +
        'anycompatiblemultirange_out',
    ),
  ),
  wholeValue(
    'Rows, compared and hashed',
    'Every field takes part.',
    (f) => takes(/^record$/)(f) && named('record_* btrecord* hash_record* min max')(f),
  ),
  pure('Enumerations', (f) => takes(/^anyenum$/)(f) || f.name.startsWith('enum_')),
  pure('Text forms of types', (f) => f.typeSupport, 'A value that does not fit is quoted in the error.'),
  pure(
    'Text search',
    (f) =>
      takes(/^(tsquery|tsvector|regconfig|regdictionary)/)(f) ||
      named('to_tsvector *to_tsquery ts_* array_to_tsvector json*_to_tsvector gin_cmp_tslexeme')(f),
    'Goes by the configurations and dictionaries of the database, which only DDL changes.',
  ),
  pure('JSON', (f) => takes(/^(jsonb?|jsonpath)$/)(f) || named('json_object jsonb_object')(f)),
  pure('XML', (f) => takes(/^xml$/)(f) || f.resultType === 'xml' || f.name.startsWith('xml')),
  pure('Ranges', (f) => takes(/range$/)(f) || /range$/.test(f.resultType) || f.name.endsWith('_subdiff')),
  pure('Geometry', (f) => takes(shape)(f) || shape.test(f.resultType)),
  pure('Network addresses', takes(/^(inet|cidr|macaddr8?)$/)),
  pure(
    'Dates and times',
    (f) =>
      takes(/^(date|interval|time|timestamp)( |$|\[)/)(f) ||
      named('make_date make_interval make_time* to_timestamp to_date')(f),
  ),
  pure('Money', (f) => takes(/^money$/)(f) || f.resultType === 'money'),
  pure('UUIDs', takes(/^uuid$/)),
  pure('Bits', takes(/^bit( varying)?$/)),
  pure('Access control items', (f) => takes(/^aclitem/)(f) || named('acldefault makeaclitem')(f)),
  pure(
    'Numbers of rows, transactions, commands and log positions',
    takes(/^(oid|oidvector|int2vector|tid|xid8?|cid|pg_lsn|pg_snapshot|txid_snapshot)$/),
  ),
  pure('Bytes', takes(/^bytea$/)),
  pure('Booleans', (f) => f.argumentTypes.length > 0 && f.argumentTypes.every((type) => type === 'boolean')),
  pure('Text', takes(/^(text|name|character|character varying|"char"|cstring|text\[\])$/)),
  pure('Numbers', takes(/^(smallint|integer|bigint|numeric|real|double precision)(\[\])?$/)),
  pure('Arrays', takes(/array$/)),
  pure(
    'Aggregates and window functions over any type',
    ({ kind }) => kind === 'a' || kind === 'w',
    'A composite value passes through whole.',
  ),
  pure('Any type', () => true),
];
