#!/usr/bin/env bash
# The checklist in pgbench: what a load generator can try of it, in its three ways of sending a statement.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check() { # name function [arguments]
  local name=$1 got
  shift
  [[ -z ${CLIENTS_CHECKS:-} || ,$CLIENTS_CHECKS, == *,$name,* ]] || return
  if got=$("$@" 2>"$work/complaint") && [[ -n $got ]]; then
    printf '{"check":"%s","ok":true,"got":%s}\n' "$name" "$got"
  else
    got=$(head -c 600 "$work/complaint" | tr '\n' ' ' | sed 's/\\/\\\\/g; s/"/\\"/g')
    printf '{"check":"%s","ok":false,"got":"%s"}\n' "$name" "$got"
  fi
}
skip() { for name in "$@"; do printf '{"check":"%s","skip":"pgbench only makes load: see psql"}\n' "$name"; done; }
ask() { psql -X -q -A -t "$@"; }
bench() { # clients, transactions, mode, script on the standard input
  cat >"$work/script"
  pgbench -n -c "$1" -t "$2" -M "$3" -f "$work/script" 2>"$work/told" | sed -nE 's/^number of transactions actually processed: ([0-9]+).*/\1/p'
  cat "$work/told" >&2
}
told() { grep -qE "$1" "$work/told" && echo "$2"; }

connect_tls() { [[ $(echo 'select 1;' | bench 1 1 simple) == 1 ]] && echo '"verified"'; }
refusal() {
  echo 'select 1;' | bench 1 1 simple >/dev/null 2>&1
  told 'certificate verify failed' '"refused"' || told 'login failed|password authentication failed' '"28P01"' ||
    told 'does not exist' '"3D000"'
}
wrong_ca() { PGSSLROOTCERT=$CLIENTS_OTHER_CA refusal; }
wrong_password() { PGPASSWORD=wrong refusal; }
unknown_database() { PGDATABASE=nowhere refusal; }
counters() { ask -c 'drop table if exists bench_counters' -c 'create table bench_counters (i int)' 2>/dev/null; }
counted() { ask -c "select '[' || count(*) || ',' || coalesce(sum(i), 0) || ']' from bench_counters"; }
prepared() { # the checklist's three numbers, each from a statement prepared once and run again
  counters
  echo 'select 2 * :client_id + 2 * i as v from generate_series(1, 1) i \gset
    insert into bench_counters values (:v);' | bench 3 1 prepared >/dev/null
  ask -c 'select i from bench_counters order by i' | paste -sd, | sed 's/.*/[&]/'
}
prepared_many() {
  { for n in {1..60}; do echo "select $n + :client_id as v \\gset s${n}_"; done
    echo "\\set total $(printf ':s%d_v + ' {1..60})0"
    echo 'insert into bench_counters values (:total);'; } >"$work/many"
  counters
  bench 1 2 prepared <"$work/many" >/dev/null
  ask -c 'select sum(i) from bench_counters'
}
pipeline() {
  counters
  { echo '\startpipeline'; for n in {1..20}; do echo "insert into bench_counters values ($n + :client_id);"; done
    echo '\endpipeline'; } | bench 1 1 prepared >/dev/null
  ask -c 'select sum(i) from bench_counters'
}
pipeline_error() {
  counters
  printf '%s\n' '\startpipeline' 'insert into bench_counters values (1);' 'select 1 / :client_id;' \
    'insert into bench_counters values (2);' '\endpipeline' | bench 1 1 extended >/dev/null
  told 'division by zero' "[\"22012\",$(ask -c 'select count(*) from bench_counters')]"
}
transaction() { # the built-in TPC-B, whose balances must agree; -i fills its tables by COPY
  local mode done=0
  pgbench -i -q -s 1 >/dev/null
  for mode in simple extended prepared; do
    done=$((done + $(pgbench -n -c 4 -t 50 -M $mode -b tpcb-like 2>/dev/null | sed -nE 's/.*actually processed: ([0-9]+).*/\1/p')))
  done
  [[ $done == 600 && $(ask -c 'select (select sum(abalance) from pgbench_accounts) = (select sum(bbalance) from pgbench_branches)
    and (select count(*) from pgbench_history) = 600') == t ]] && echo '[1]'
}
copy_in_text() { ask -c "select '[1000,' || sum(aid) || ']' from pgbench_accounts where aid <= 1000"; }
statement_timeout() {
  local state
  echo 'select pg_sleep(20);' | PGOPTIONS='-c statement_timeout=200' bench 1 1 extended >/dev/null
  state=$(told 'due to statement timeout' '"57014"')
  echo "[$state,$(echo 'select 1;' | bench 1 1 extended)]"
}
large_result() {
  counters
  echo "select count(*) as n, sum(i) as s from (select i, 'row ' || i from generate_series(1, 50000) i offset 0) t \\gset
    select i, 'row ' || i from generate_series(1, 50000) i;
    insert into bench_counters values (:n), (:s);" | bench 1 1 prepared >/dev/null
  ask -c 'select i from bench_counters order by i' | paste -sd, | sed 's/.*/[&]/'
}
ten_connections() {
  counters
  echo 'insert into bench_counters values (:client_id + 1);' | bench 10 1 simple >/dev/null
  ask -c 'select sum(i) from bench_counters'
}
close() { # -C connects anew for each transaction
  echo 'select 1;' >"$work/script"
  PGAPPNAME=clients-closing pgbench -n -C -c 2 -t 10 -f "$work/script" >/dev/null
  for _ in {1..50}; do
    [[ $(ask -c "select count(*) from pg_stat_activity where application_name like 'clients-closing%'") == 0 ]] && echo '"gone"' && return
    sleep 0.1
  done
}

for name in connect_tls wrong_ca wrong_password unknown_database; do check $name $name; done
skip password_hook parameters types_text types_binary nulls
for name in prepared prepared_many pipeline pipeline_error transaction; do check $name $name; done
skip savepoint failed_transaction cursor portal copy_out_text copy_out_csv copy_out_binary
check copy_in_text copy_in_text
skip copy_in_csv copy_in_binary copy_in_failed copy_in_aborted cancel
check statement_timeout statement_timeout
skip error_position error_constraint error_raised large_text large_bytea notices notifications several_statements \
  several_statements_error empty_query stale_prepared discard_all
for name in large_result ten_connections close; do check $name $name; done
skip backend_pid session_end
exit 0
