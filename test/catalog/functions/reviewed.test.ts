// Single functions whose class was decided by thinking as an attacker, written down apart from the families.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type FunctionClass,
  functionClassMeanings,
  loadFunctionClasses,
} from '../../../gateway/catalog/index.ts';

const classes = loadFunctionClasses();

const reviewed: Readonly<Record<FunctionClass, readonly string[]>> = {
  opaque: [
    'domain_in(cstring,oid,integer)',
    'pg_input_is_valid(text,text)',
    'pg_input_error_info(text,text)',
  ],
  runs_sql: [
    'query_to_xml(text,boolean,boolean,text)',
    'query_to_xmlschema(text,boolean,boolean,text)',
    'query_to_xml_and_xmlschema(text,boolean,boolean,text)',
    'table_to_xml(regclass,boolean,boolean,text)',
    'table_to_xml_and_xmlschema(regclass,boolean,boolean,text)',
    'schema_to_xml(name,boolean,boolean,text)',
    'database_to_xml(boolean,boolean,text)',
    'database_to_xmlschema(boolean,boolean,text)',
    'cursor_to_xml(refcursor,integer,boolean,boolean,text)',
    'ts_stat(text)',
    'ts_stat(text,text)',
    'ts_rewrite(tsquery,text)',
  ],
  writes_files: ['lo_export(oid,text)'],
  reads_files: [
    'pg_read_file(text)',
    'pg_read_file(text,boolean)',
    'pg_read_file_old(text,bigint,bigint)',
    'pg_read_binary_file(text,bigint,bigint,boolean)',
    'pg_ls_dir(text)',
    'pg_ls_waldir()',
    'pg_ls_tmpdir(oid)',
    'pg_stat_file(text)',
    'pg_stat_file(text,boolean)',
    'pg_current_logfile()',
    'lo_import(text)',
    'lo_import(text,oid)',
    'pg_hba_file_rules()',
    'pg_show_all_file_settings()',
  ],
  admin: [
    'pg_reload_conf()',
    'pg_terminate_backend(integer,bigint)',
    'pg_cancel_backend(integer)',
    'pg_rotate_logfile()',
    'pg_promote(boolean,integer)',
    'pg_switch_wal()',
    'pg_backup_start(text,boolean)',
    'pg_create_logical_replication_slot(name,name,boolean,boolean,boolean)',
    'pg_drop_replication_slot(name)',
    'pg_logical_slot_get_changes(name,pg_lsn,integer,text[])',
    'pg_logical_slot_peek_binary_changes(name,pg_lsn,integer,text[])',
    'pg_logical_emit_message(boolean,text,text)',
    'pg_replication_origin_create(text)',
    'pg_export_snapshot()',
    'pg_stat_reset()',
    'pg_restore_attribute_stats("any")',
    'pg_import_system_collations(regnamespace)',
    'binary_upgrade_set_next_pg_authid_oid(oid)',
    'brin_summarize_new_values(regclass)',
  ],
  stats: [
    'pg_stat_get_activity(integer)',
    'pg_stat_get_backend_activity(integer)',
    'pg_stat_get_wal()',
    'pg_stat_get_live_tuples(oid)',
    'pg_stat_get_tuples_inserted(oid)',
    'pg_lock_status()',
    'pg_prepared_xact()',
    'pg_blocking_pids(integer)',
    'pg_mcv_list_items(pg_mcv_list)',
    'pg_mcv_list_out(pg_mcv_list)',
    'pg_mcv_list_send(pg_mcv_list)',
    'pg_get_replication_slots()',
    'pg_control_system()',
    'pg_xact_commit_timestamp(xid)',
    'pg_walfile_name(pg_lsn)',
    'pg_get_backend_memory_contexts()',
  ],
  large_object: [
    'lo_get(oid)',
    'lo_put(oid,bigint,bytea)',
    'lo_from_bytea(oid,bytea)',
    'lo_unlink(oid)',
    'loread(integer,integer)',
    'lowrite(integer,bytea)',
  ],
  lock: [
    'pg_advisory_lock(bigint)',
    'pg_try_advisory_xact_lock(integer,integer)',
    'pg_advisory_unlock_all()',
    'pg_sleep(double precision)',
    'pg_sleep_until(timestamp with time zone)',
  ],
  set_session: ['set_config(text,text,boolean)', 'setseed(double precision)', 'pg_notify(text,text)'],
  sequence: [
    'nextval(regclass)',
    'setval(regclass,bigint)',
    'setval(regclass,bigint,boolean)',
    'currval(regclass)',
    'lastval()',
    'pg_sequence_last_value(regclass)',
    'pg_get_sequence_data(regclass)',
  ],
  names_object: [
    'pg_relation_size(regclass)',
    'pg_table_size(regclass)',
    'pg_total_relation_size(regclass)',
    'pg_database_size(name)',
    'pg_relation_filepath(regclass)',
    'currtid2(text,tid)',
    'satisfies_hash_partition(oid,integer,integer,"any")',
  ],
  reads_catalog: [
    'pg_get_viewdef(oid)',
    'pg_get_viewdef(text)',
    'pg_get_functiondef(oid)',
    'pg_get_function_sqlbody(oid)',
    'pg_get_constraintdef(oid)',
    'pg_get_expr(pg_node_tree,oid)',
    'pg_node_tree_out(pg_node_tree)',
    'has_table_privilege(text,text)',
    'has_column_privilege(name,text,text,text)',
    'pg_has_role(name,text)',
    'to_regclass(text)',
    'regclass(text)',
    'regclassin(cstring)',
    'regroleout(regrole)',
    'obj_description(oid)',
    'obj_description(oid,name)',
    'col_description(oid,integer)',
    'shobj_description(oid,name)',
    'pg_partition_root(regclass)',
    'row_security_active(text)',
    'enum_range(anyenum)',
    'format_type(oid,integer)',
    'aclitemin(cstring)',
    'fmgr_sql_validator(oid)',
  ],
  session: [
    'current_setting(text)',
    'current_setting(text,boolean)',
    'pg_show_all_settings()',
    'current_query()',
    'pg_prepared_statement()',
    'current_user()',
    'session_user()',
    'current_schemas(boolean)',
    'version()',
    'pg_backend_pid()',
    'inet_server_addr()',
    'txid_current()',
  ],
  internal: [
    'int4recv(internal)',
    'array_agg_transfn(internal,anynonarray)',
    'tsvector_update_trigger()',
    'RI_FKey_cascade_del()',
    'bthandler(internal)',
    'plpgsql_inline_handler(internal)',
    'pg_event_trigger_dropped_objects()',
    'sjis_to_utf8(integer,integer,cstring,internal,integer,boolean)',
    'eqsel(internal,oid,internal,integer)',
  ],
  random: [
    'random()',
    'gen_random_uuid()',
    'uuidv7(interval)',
    'array_shuffle(anyarray)',
    'random(integer,integer)',
  ],
  clock: ['now()', 'clock_timestamp()', 'timeofday()', 'age(timestamp with time zone)'],
  whole_value: [
    'row_to_json(record)',
    'to_json(anyelement)',
    'to_jsonb(anyelement)',
    'json_agg(anyelement)',
    'jsonb_object_agg("any","any")',
    'json_build_object("any")',
    'concat("any")',
    'format(text,"any")',
    'quote_literal(anyelement)',
    'textanycat(text,anynonarray)',
    'array_to_string(anyarray,text)',
    'record_out(record)',
    'array_out(anyarray)',
    'record_eq(record,record)',
    'hash_record(record)',
    'jsonb_populate_record(anyelement,jsonb)',
  ],
  pure: [
    'abs(integer)',
    'upper(text)',
    '"left"(text,integer)',
    '"substring"(text,integer,integer)',
    'length(text)',
    'to_char(timestamp with time zone,text)',
    'date_trunc(text,timestamp with time zone)',
    'age(timestamp with time zone,timestamp with time zone)',
    'count()',
    'count("any")',
    'sum(bigint)',
    'max(text)',
    'string_agg(text,text)',
    'array_agg(anynonarray)',
    'generate_series(integer,integer)',
    'jsonb_set(jsonb,text[],jsonb,boolean)',
    'jsonb_path_query(jsonb,jsonpath,jsonb,boolean)',
    'ts_rewrite(tsquery,tsquery,tsquery)',
    'ts_headline(text,tsquery)',
    'xpath(text,xml)',
    'unnest(anyarray)',
    'row_number()',
    'textlike(text,text)',
    'int4in(cstring)',
    'enum_in(cstring,oid)',
    'pg_typeof("any")',
    'hashtext(text)',
    'convert_from(bytea,name)',
    'pg_size_pretty(bigint)',
  ],
};

describe.each(Object.entries(reviewed))('%s', (wanted, signatures) => {
  test.each(signatures.map((signature) => [signature]))('%s', (signature) => {
    expect(classes.find(signature)?.class).toBe(wanted);
  });
});

test('at least 120 functions were looked at one by one', () => {
  expect(Object.values(reviewed).flat().length).toBeGreaterThanOrEqual(120);
});

test('every class that isn’t plain says why', () => {
  const plain = new Set(['pure', 'clock', 'random']);
  const silent = classes.signatures().filter((signature) => {
    const entry = classes.find(signature);
    return entry && !plain.has(entry.class) && entry.note === undefined;
  });
  expect(silent).toEqual([]);
});

const ofExtensions: readonly [extension: string, name: string, wanted: FunctionClass][] = [
  ['dblink', 'dblink', 'runs_sql'],
  ['dblink', 'dblink_exec', 'runs_sql'],
  ['dblink', 'dblink_connect', 'runs_sql'],
  ['tablefunc', 'crosstab', 'runs_sql'],
  ['tablefunc', 'connectby', 'runs_sql'],
  ['xml2', 'xpath_table', 'runs_sql'],
  ['xml2', 'xslt_process', 'opaque'],
  ['pg_stat_statements', 'pg_stat_statements', 'stats'],
  ['pg_stat_statements', 'pg_stat_statements_reset', 'admin'],
  ['pageinspect', 'get_raw_page', 'reads_files'],
  ['pg_walinspect', 'pg_get_wal_records_info', 'reads_files'],
  ['adminpack', 'pg_file_write', 'writes_files'],
  ['pgcrypto', 'digest', 'pure'],
  ['pgcrypto', 'gen_salt', 'random'],
  ['hstore', 'hstore', 'whole_value'],
  ['postgres_fdw', 'postgres_fdw_get_connections', 'session'],
  ['pg_trgm', 'similarity', 'pure'],
  ['pg_trgm', 'set_limit', 'set_session'],
];

test.each(ofExtensions)('%s: %s is %s', (extension, name, wanted) => {
  expect(classes.findInExtension(extension, name)?.class).toBe(wanted);
});

test('the documentation describes every class as the code does', () => {
  const page = readFileSync(new URL('../../../docs/functions.md', import.meta.url), 'utf8');
  for (const [name, meaning] of Object.entries(functionClassMeanings))
    expect(page).toContain(`| \`${name}\` | ${meaning} |`);
});
