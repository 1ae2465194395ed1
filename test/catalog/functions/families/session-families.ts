// Families that show the session, the clock or the catalog.
import { type Family, named } from './family.ts';

export const sessionFamilies: readonly Family[] = [
  {
    class: 'session',
    title: 'Statements and cursors of the session',
    note: 'Shows the texts of statements with their literals, those that the gateway itself sent included.',
    has: named('current_query pg_prepared_statement pg_cursor'),
  },
  {
    class: 'session',
    title: 'Settings',
    note: 'Shows settings, also what set_config put there, and to privileged roles those that hold secrets (primary_conninfo).',
    has: named('current_setting pg_show_all_settings'),
  },
  {
    class: 'session',
    title: 'Transaction numbers',
    note: 'Shows which transactions run; pg_current_xact_id and txid_current assign a number, which a standby refuses.',
    has: (f) =>
      named(
        'pg_current_xact_id* pg_current_snapshot txid_current txid_current_if_assigned txid_current_snapshot mxid_age',
      )(f) ||
      (f.name === 'age' && f.argumentTypes.join() === 'xid'),
  },
  {
    class: 'session',
    title: 'Identity, place and surroundings of the session',
    note: 'Shows roles, names, addresses and versions; behind the gateway they are those of its own connection.',
    has: named(
      'current_database current_schema current_schemas current_user session_user system_user getpgusername ' +
        'getdatabaseencoding pg_client_encoding pg_backend_pid pg_my_temp_schema pg_is_other_temp_schema ' +
        'pg_listening_channels inet_client_addr inet_client_port inet_server_addr inet_server_port version ' +
        'pg_postmaster_start_time pg_conf_load_time pg_is_in_recovery pg_trigger_depth pg_jit_available ' +
        'pg_numa_available pg_settings_get_flags get_current_ts_config pg_timezone_names pg_timezone_abbrevs* ' +
        'icu_unicode_version unicode_version',
    ),
  },
  {
    class: 'clock',
    title: 'The time',
    has: (f) =>
      named('now clock_timestamp statement_timestamp transaction_timestamp timeofday')(f) ||
      (f.name === 'age' && /^timestamp with(out)? time zone$/.test(f.argumentTypes.join())),
  },
  {
    class: 'random',
    title: 'Chance',
    has: named('random random_normal gen_random_uuid uuidv4 uuidv7 array_sample array_shuffle'),
  },
  {
    class: 'reads_catalog',
    title: 'Definitions, as SQL or text',
    note: 'The texts may hold literals that somebody wrote into a view, default, constraint or function.',
    has: named(
      'pg_get_constraintdef pg_get_expr pg_get_function_* pg_get_functiondef pg_get_indexdef ' +
        'pg_get_partition_constraintdef pg_get_partkeydef pg_get_ruledef pg_get_statisticsobjdef* ' +
        'pg_get_triggerdef pg_get_viewdef pg_node_tree_out pg_node_tree_send',
    ),
  },
  {
    class: 'reads_catalog',
    title: 'Comments',
    note: 'Comments are free text of whoever owns the object.',
    has: named('obj_description col_description shobj_description'),
  },
  {
    class: 'reads_catalog',
    title: 'Who may do what',
    note: 'Shows that an object or role exists, and its privileges, for any role.',
    has: named('has_*_privilege pg_has_role row_security_active pg_get_acl'),
  },
  {
    class: 'reads_catalog',
    title: 'Access control items',
    note: 'Names of roles are looked up in the catalog, both ways.',
    has: named('aclitemin aclitemout'),
  },
  {
    class: 'reads_catalog',
    title: 'Names looked up, numbers turned into names',
    note: 'Shows whether an object exists and what it is called; the result can name it to another function.',
    has: (f) =>
      named(
        'to_reg* regclass reg*in reg*out format_type pg_basetype pg_get_userbyid oidvectortypes ' +
          'pg_*_is_visible pg_describe_object pg_identify_object pg_identify_object_as_address ' +
          'pg_get_object_address pg_filenode_relation pg_get_serial_sequence',
      )(f),
  },
  {
    class: 'reads_catalog',
    title: 'Structure of relations, indexes, types and publications',
    note: 'Shows parts of the catalog, in part to those who may not read the object itself.',
    has: named(
      'pg_partition_ancestors pg_partition_root pg_partition_tree pg_relation_is_updatable ' +
        'pg_column_is_updatable pg_relation_is_publishable pg_get_publication_tables pg_get_replica_identity_index ' +
        'pg_index_column_has_property pg_index_has_property pg_indexam_has_property pg_sequence_parameters ' +
        'enum_first enum_last enum_range _pg_index_position',
    ),
  },
  {
    class: 'reads_catalog',
    title: 'Extensions, collations and tablespaces, as installed on the machine of the server',
    note: 'Looks at the files or libraries of the server, shows names, versions and folders only.',
    has: named(
      'pg_available_extension* pg_extension_update_paths pg_collation_actual_version ' +
        'pg_database_collation_actual_version pg_tablespace_databases pg_tablespace_location',
    ),
  },
  {
    class: 'reads_catalog',
    title: 'Checks of functions and operator classes',
    note: 'Compiles or checks an existing object by its number; an error may quote its source.',
    has: named('amvalidate fmgr_*_validator plpgsql_validator'),
  },
];
