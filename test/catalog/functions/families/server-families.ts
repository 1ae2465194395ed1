// Families that reach beyond their arguments: the server's files, its state, other sessions, SQL given as text.
import { type Family, named, takes } from './family.ts';

export const serverFamilies: readonly Family[] = [
  {
    class: 'runs_sql',
    title: 'Queries given as text',
    note: 'What it reads or changes is known only from the value of its argument, which may be computed.',
    has: (f) =>
      named('query_to_xml* ts_stat')(f) ||
      (f.name === 'ts_rewrite' && f.argumentTypes.join() === 'tsquery,text'),
  },
  {
    class: 'runs_sql',
    title: 'Relations, schemas, the database or a cursor as XML',
    note: 'Reads everything in what its argument names, by queries of its own; the schema forms show its structure.',
    has: named('table_to_xml* schema_to_xml* database_to_xml* cursor_to_xml*'),
  },
  {
    class: 'writes_files',
    title: 'Files of the server, written',
    note: 'Writes a large object into any file that the server may write.',
    has: named('lo_export'),
  },
  {
    class: 'reads_files',
    title: 'Files of the server, read',
    note: 'Shows files, folders or their properties on the machine of the server.',
    has: named('pg_read_file* pg_read_binary_file pg_ls_* pg_stat_file pg_current_logfile'),
  },
  {
    class: 'reads_files',
    title: 'Files of the server, read into a large object',
    note: 'Copies any file that the server may read into a large object.',
    has: named('lo_import'),
  },
  {
    class: 'reads_files',
    title: 'Configuration files',
    note: 'Parses the configuration files anew: shows their lines, which may hold addresses, names and passwords.',
    has: named('pg_show_all_file_settings pg_hba_file_rules pg_ident_file_mappings'),
  },
  {
    class: 'reads_files',
    title: 'Summaries of the write-ahead log',
    note: 'Shows which blocks of which relations of any database changed.',
    has: named('pg_available_wal_summaries pg_wal_summary_contents'),
  },
  {
    class: 'large_object',
    title: 'Large objects',
    note: 'Reads or changes objects outside every table; what they hold carries no label.',
    has: named(
      'lo_close lo_creat lo_create lo_from_bytea lo_get lo_lseek lo_lseek64 lo_open lo_put lo_tell lo_tell64 ' +
        'lo_truncate lo_truncate64 lo_unlink loread lowrite',
    ),
  },
  {
    class: 'sequence',
    title: 'Sequences, moved',
    note: 'Its argument, which may be computed, names the sequence; no rollback undoes it.',
    has: named('nextval setval'),
  },
  {
    class: 'sequence',
    title: 'Sequences, read',
    note: 'Shows how far a sequence is; the argument, or the last use in the session, names it.',
    has: named('currval lastval pg_sequence_last_value pg_get_sequence_data'),
  },
  {
    class: 'set_session',
    title: 'Settings of the session',
    note: 'Changes any setting by a computed name (search_path, role, row_security); a reported one returns to the client as ParameterStatus.',
    has: named('set_config'),
  },
  {
    class: 'set_session',
    title: 'Seed of random()',
    note: 'Its effect can be read back through random(), in a later statement too.',
    has: named('setseed'),
  },
  {
    class: 'set_session',
    title: 'Notifications',
    note: 'Carries its text to every session of the database that listens.',
    has: named('pg_notify'),
  },
  {
    class: 'lock',
    title: 'Advisory locks',
    note: 'Locks outlive the statement, some the transaction; another session can see the number and wait for it.',
    has: named('pg_advisory_* pg_try_advisory_*'),
  },
  {
    class: 'lock',
    title: 'Sleeping',
    note: 'Holds the session and its transaction for as long as its argument says; that time can carry a value.',
    has: named('pg_sleep pg_sleep_for pg_sleep_until'),
  },
  {
    class: 'admin',
    title: 'Other sessions, ended or disturbed',
    note: 'Acts on any session of the same role; the gateway opens the sessions of many principals under one role.',
    has: named('pg_cancel_backend pg_terminate_backend pg_log_backend_memory_contexts'),
  },
  {
    class: 'admin',
    title: 'Logical decoding',
    note: 'Shows (and most of them consume) the rows that all sessions wrote, whatever table they are of.',
    has: named('pg_logical_slot_*'),
  },
  {
    class: 'admin',
    title: 'Snapshots shared with other sessions',
    note: 'Writes a file, and lets another session see what this transaction sees.',
    has: named('pg_export_snapshot'),
  },
  {
    class: 'admin',
    title: 'Replication and the write-ahead log',
    note: 'Changes what replicas and consumers receive, or fills the disk of the server.',
    has: named(
      'pg_logical_emit_message pg_create_*_replication_slot pg_copy_*_replication_slot pg_drop_replication_slot ' +
        'pg_replication_slot_advance pg_sync_replication_slots pg_replication_origin_* pg_wal_replay_pause ' +
        'pg_wal_replay_resume pg_log_standby_snapshot pg_switch_wal pg_create_restore_point pg_promote',
    ),
  },
  {
    class: 'admin',
    title: 'Backup, configuration and log of the server',
    note: 'Acts on the whole server.',
    has: named('pg_backup_start pg_backup_stop pg_reload_conf pg_rotate_logfile*'),
  },
  {
    class: 'admin',
    title: 'Maintenance of indexes',
    note: 'Writes to the index that its argument names.',
    has: named('brin_summarize_* brin_desummarize_range gin_clean_pending_list'),
  },
  {
    class: 'admin',
    title: 'Statistics, reset or overwritten',
    note: 'Changes what the planner, monitoring or autovacuum go by.',
    has: named(
      'pg_stat_reset* pg_stat_clear_snapshot pg_stat_force_next_flush pg_restore_*_stats pg_clear_*_stats',
    ),
  },
  {
    class: 'admin',
    title: 'The catalog and its numbers, changed',
    note: 'Meant for initdb, pg_upgrade and scripts of extensions.',
    has: named(
      'binary_upgrade_* pg_nextoid pg_stop_making_pinned_objects pg_extension_config_dump pg_import_system_collations',
    ),
  },
  {
    class: 'stats',
    title: 'Sessions, their statements, addresses and locks',
    note: 'Shows what other sessions do: texts of statements with their literals, users, addresses, waits.',
    has: named(
      'pg_stat_get_activity pg_stat_get_backend_* pg_stat_get_progress_info pg_lock_status pg_blocking_pids ' +
        'pg_safe_snapshot_blocking_pids pg_isolation_test_session_is_blocked pg_prepared_xact pg_get_multixact_members',
    ),
  },
  {
    class: 'stats',
    title: 'Values kept as statistics',
    note: 'Shows the most common values of columns, as ANALYZE collected them.',
    has: named('pg_mcv_list_* pg_dependencies_out pg_dependencies_send pg_ndistinct_out pg_ndistinct_send'),
  },
  {
    class: 'stats',
    title: 'Counters of tables, functions, databases and the server',
    note: 'Shows how much others read and write; a number that changes can tell of single rows.',
    has: named('pg_stat_get_* pg_stat_have_stats'),
  },
  {
    class: 'stats',
    title: 'Transactions of other sessions',
    note: 'Shows when and whether others committed.',
    has: named('pg_last_committed_xact pg_xact_commit_timestamp* pg_xact_status txid_status'),
  },
  {
    class: 'stats',
    title: 'Replication and the write-ahead log, shown',
    note: 'Positions tell how much others write; slots and origins name consumers.',
    has: named(
      'pg_current_wal_* pg_last_wal_* pg_last_xact_replay_timestamp pg_is_wal_replay_paused ' +
        'pg_get_wal_replay_pause_state pg_get_wal_summarizer_state pg_get_wal_resource_managers ' +
        'pg_get_replication_slots pg_show_replication_origin_status pg_walfile_name* pg_split_walfile_name',
    ),
  },
  {
    class: 'stats',
    title: 'The server itself',
    note: 'Shows memory, modules, build, control file and queues of the server.',
    has: named(
      'pg_get_shmem_allocations* pg_get_backend_memory_contexts pg_get_aios pg_get_loaded_modules ' +
        'pg_get_wait_events pg_control_* pg_config pg_notification_queue_usage',
    ),
  },
  {
    class: 'names_object',
    title: 'Sizes and places of what the argument names',
    note: 'The argument, which may be computed, names the relation, database or tablespace; sizes tell how much is in it.',
    has: named(
      'pg_relation_size pg_table_size pg_indexes_size pg_total_relation_size pg_database_size pg_tablespace_size ' +
        'pg_relation_filenode pg_relation_filepath',
    ),
  },
  {
    class: 'names_object',
    title: 'Row versions of what the argument names',
    note: 'Looks a row version up in the table, or through the view, that its text names.',
    has: named('currtid2'),
  },
  {
    class: 'names_object',
    title: 'Membership of a partition',
    note: 'Opens and locks the table whose number it is given; the constraint of a hash partition calls it.',
    has: named('satisfies_hash_partition'),
  },
  {
    class: 'opaque',
    title: 'Input for a type that a text names',
    note: 'Runs the input function of any type, and for a domain its CHECK constraints, which may call anything.',
    has: named('pg_input_is_valid pg_input_error_info'),
  },
  {
    class: 'opaque',
    title: 'Input for a domain',
    note: 'Runs the CHECK constraints of the domain whose number it is given, which may call anything.',
    has: (f) => f.name === 'domain_in' && takes(/^cstring$/)(f),
  },
];
