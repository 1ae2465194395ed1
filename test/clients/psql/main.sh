#!/usr/bin/env bash
# The checklist in psql; psql 18 adds what older ones lack (pipelines, protocol-level binding).
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rows="select i, 'row ' || i, null from generate_series(1, 1000) i"
version=$(psql --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')
yes 'Größe 5M' | head -n 524288 >"$work/large"

check() { # name function [arguments]
  local name=$1 got
  shift
  [[ -z ${CLIENTS_CHECKS:-} || ,$CLIENTS_CHECKS, == *,$name,* ]] || return
  if got=$("$@" 2>"$work/complaint") && [[ -n $got ]]; then
    [[ $got == *'"both"'* ]] || got="\"got\":$got"
    printf '{"check":"%s","ok":true,%s}\n' "$name" "${got#\"both\":}"
  else
    printf '{"check":"%s","ok":false,"got":%s}\n' "$name" "$(head -c 600 "$work/complaint" | quoted)"
  fi
}
skip() { printf '{"check":"%s","skip":"%s"}\n' "$1" "$2"; }

ask() { psql -X -q -A -t -F, "$@"; }
script() { ask -f -; }
quoted() { sed 's/\\/\\\\/g; s/"/\\"/g' | awk '{ text = text separator $0; separator = "\\n" } END { printf "\"%s\"", text }'; }
words() { while read -r word; do quoted <<<"$word"; echo; done | paste -sd, | sed 's/.*/[&]/'; }
digits() { paste -sd, | sed 's/.*/[&]/'; }
hash() { md5sum | cut -d' ' -f1; }
counted() { awk -F, '{ n++; total += $1 } END { printf "[%d,%d]", n, total }'; }

connect_tls() { [[ $(ask -c '\conninfo' | grep -ci 'ssl') -gt 0 ]] && echo '"verified"'; }
wrong_ca() { PGSSLROOTCERT=$CLIENTS_OTHER_CA ask -c 'select 1' 2>&1 | grep -q 'certificate verify failed' && echo '"refused"'; }
login_failure() { # libpq tells a failed login's text alone
  ask -c 'select 1' 2>&1 | sed -nE 's/.*(login failed|password authentication failed).*/"28P01"/p; s/.* does not exist.*/"3D000"/p' | head -1
}
wrong_password() { PGPASSWORD=wrong login_failure; }
unknown_database() { PGDATABASE=nowhere login_failure; }
parameters() {
  ask -c "set TimeZone = 'Asia/Kathmandu'" -c "select json_build_object(
    'client_encoding', current_setting('client_encoding'), 'TimeZone', current_setting('TimeZone'),
    'standard_conforming_strings', current_setting('standard_conforming_strings'),
    'application_name', current_setting('application_name') like '%' || '$PGAPPNAME')"
}
types_text() {
  local name type
  ask -F '|' -c "select attname, format_type(atttypid, atttypmod) from pg_attribute
    where attrelid = 'samples'::regclass and attnum > 1 order by attnum" >"$work/columns"
  while IFS='|' read -r name type; do
    echo "select \"$name\" as v from samples where id = 1 \\gset"
    echo "select '\"$name\":' || case to_jsonb(:'v'::$type) = to_jsonb(\"$name\") when true then 'true' else 'false' end"
    echo "from samples where id = 1;"
  done <"$work/columns" | script | paste -sd, | sed 's/.*/{&}/'
}
nulls() { ask -P null='~' -c 'select * from samples where id = 2' | tr ',' '\n' | grep -c '~'; }
prepared() {
  { echo 'prepare double as select $1::int * 2;'; printf 'execute double(%d);\n' 1 2 3; } | script | digits
}
prepared_bound() { printf '%s\n' 'select $1::int * 2 \parse double' '\bind_named double 1 \g' '\bind_named double 2 \g' \
  '\bind_named double 3 \g' | script | digits; }
prepared_many() {
  { for n in {1..60}; do echo "prepare p$n as select \$1::int + $n;"; done
    for n in {1..60} {1..60}; do echo "execute p$n(0);"; done; } | script | awk '{ total += $1 } END { print total }'
}
pipeline() {
  { echo '\startpipeline'; for n in {1..20}; do echo "select \$1::int \\bind $n \\sendpipeline"; done; echo '\endpipeline'
  } | script | awk '{ total += $1 } END { print total }'
}
pipeline_error() {
  { echo 'create temp table t (i int);'; echo '\startpipeline'
    for n in 1 0 1; do echo "insert into t values (1 / \$1::int) \\bind $n \\sendpipeline"; done
    printf '%s\n' '\endpipeline' '\echo :LAST_ERROR_SQLSTATE' 'select count(*) from t;'
  } | script | awk 'NR == 1 { state = $1 } END { printf "[\"%s\",%d]", state, $1 }'
}
transaction() {
  printf '%s;\n' 'create temp table t (i int)' begin 'insert into t values (1)' commit begin 'insert into t values (2)' \
    rollback 'select i from t' | script | digits
}
savepoint() {
  printf '%s;\n' begin 'create temp table t (i int)' 'insert into t values (1)' 'savepoint s' 'insert into t values (2)' \
    'select 1 / 0' 'rollback to s' 'insert into t values (3)' commit 'select i from t order by i' | script | digits
}
failed_transaction() {
  printf '%s\n' 'begin;' 'select 1 / 0;' '\echo :SQLSTATE' 'select 1;' '\echo :SQLSTATE' 'rollback;' 'select 1;' |
    script | paste -sd, | sed -E 's/(.*),(.*),(.*)/["\1","\2",\3]/'
}
cursor() {
  { printf '%s\n' 'begin;' 'declare c cursor for select generate_series(1, 10);'
    for _ in 1 2 3 4; do printf '%s\n' '\o /dev/null' 'fetch 3 from c;' '\o' '\echo :ROW_COUNT'; done; } | script | digits
}
portal() { printf '%s\n' '\set FETCH_COUNT 100' 'select generate_series(1, 1000);' | script | counted; }
copy_out() { ask -c "\\copy ($rows) to stdout $1" >"$work/out"; echo "[$(wc -c <"$work/out"),\"$(hash <"$work/out")\"]"; }
copy_in() { # options, file
  printf '%s\n' 'create temp table t (i int, t text, n text);' "\\copy t from '$2' $1" \
    "select '[' || count(*) || ',' || sum(i) || ']' from t where n is null;" | script
}
copy_in_text() { seq 1000 | awk '{ printf "%d\trow %d\t\\N\n", $1, $1 }' >"$work/in"; copy_in '' "$work/in"; }
copy_in_csv() { seq 1000 | awk '{ printf "%d,row %d,\n", $1, $1 }' >"$work/in"; copy_in '(format csv)' "$work/in"; }
copy_in_binary() { ask -c "\\copy ($rows) to '$work/in' (format binary)"; copy_in '(format binary)' "$work/in"; }
state_and_count() { paste -sd, | sed -E 's/(.*),(.*)/["\1",\2]/'; }
state_told() { sed -nE 's/^(psql:.*: )?ERROR:  ([0-9A-Z]{5}): .*/\2/p'; } # \copy leaves SQLSTATE alone
copy_in_failed() {
  { printf '1\nnot a number\n'; yes 2 | head -n 50000; } >"$work/in"
  ask -v VERBOSITY=verbose -c 'create temp table t (i int)' -c "\\copy t from '$work/in'" \
    -c 'select count(*) from t' 2>"$work/error" >"$work/out"
  cat <(state_told <"$work/error") "$work/out" | state_and_count
}
# As Ctrl-C would; after it psql prints no more rows, but counts them.
interrupted() { timeout -s INT 0.8 psql -X -q -A -t -v VERBOSITY=verbose "$@"; }
copy_in_aborted() {
  interrupted -c 'create temp table t (i int)' -c "\\copy t from program 'echo 1; sleep 3'" \
    -c 'select i from t' -c '\echo :ROW_COUNT' 2>"$work/error" >"$work/out"
  cat <(state_told <"$work/error") "$work/out" | state_and_count
}
cancel() { interrupted -c 'select pg_sleep(20)' -c '\echo :SQLSTATE' -c 'select 1' -c '\echo :ROW_COUNT' | state_and_count; }
statement_timeout() {
  PGOPTIONS='-c statement_timeout=200' ask -c 'select pg_sleep(20)' -c '\echo :SQLSTATE' -c 'select 1' | state_and_count
}
failure() { ask -v VERBOSITY=verbose -c "$1" 2>"$work/error"; }
field() { sed -nE "s/^$1:  (.*)/\\1/p" "$work/error"; }
error_position() {
  failure 'select nothing'
  field ERROR | sed -E 's/([^:]*): (.*)/\1\n\2/' >"$work/fields"
  awk '/^ *\^$/ { print index($0, "^") - length("LINE 1: ") }' "$work/error" >>"$work/fields"
  words <"$work/fields"
}
error_constraint() {
  failure 'insert into samples (id) values (1)'
  { field ERROR | cut -d: -f1; field 'TABLE NAME'; field 'CONSTRAINT NAME'; field DETAIL; } | words
}
error_raised() {
  failure "do \$\$ begin raise 'told' using errcode = 'AB123', detail = 'more', hint = 'try'; end \$\$"
  { echo ERROR; field ERROR | sed -E 's/: /\n/'; field DETAIL; field HINT; } | words
}
pair() { [[ $1 == "$2" ]] && first=true || first=false; [[ $3 == "$4" ]] && second=true || second=false; echo "[$first,$second]"; }
large_text() {
  local sent received
  sent=$(printf '%s\n' "\\set v \`cat '$work/large'\`" "select md5(:'v' || chr(10));" | script)
  received=$(ask -c "select repeat('Größe 5M' || chr(10), 524288)" | head -c -1 | hash)
  pair "$sent" "$(hash <"$work/large")" "$received" "$(hash <"$work/large")"
}
large_bytea() {
  local sent received
  { printf '\\\\x'; od -An -v -tx1 "$work/large" | tr -d ' \n'; } | sed 's/^\\\\/\\/' >"$work/hex"
  sent=$(printf '%s\n' "\\set v \`cat '$work/hex'\`" "select md5(:'v'::bytea);" | script)
  received=$(ask -c "select convert_to(repeat('Größe 5M' || chr(10), 524288), 'UTF8')" | head -c -1 | hash)
  pair "$sent" "$(hash <"$work/large")" "$received" "$(hash <"$work/hex")"
}
notices() {
  ask -c "do \$\$ begin raise notice 'one'; raise warning 'two'; end \$\$" 2>&1 | sed -E 's/^(NOTICE|WARNING):  //' | words
}
notifications() {
  ask -c 'listen clients_psql' -c "\\! psql -X -q -c \"select pg_notify('clients_psql', repeat('x', 7000))\" >/dev/null" \
    -c 'select 1' | sed -nE 's/.*notification "clients_.*payload "(x*)".*/\1/p' | awk '{ printf "[[\"clients\",%d]]", length($0) }'
}
several_statements() {
  ask -c "create temp table t (i int); insert into t values (1), (2); select i from t; select 'two'" | paste -sd' ' |
    sed -E 's/(.*) (.*) (.*)/[[\1,\2],["\3"]]/'
}
several_statements_error() {
  ask -c 'create temp table t (i int)' -c 'insert into t values (1); select 1 / 0; insert into t values (2)' \
    -c '\echo :SQLSTATE' -c 'select count(*) from t' | state_and_count
}
empty_query() { [[ -z $(ask -c '') ]] && echo "[true,$(ask -c ' ' -c 'select 1')]"; }
stale_prepared() {
  printf '%s\n' 'prepare p as select 1;' 'deallocate all;' 'execute p;' '\echo :SQLSTATE' 'select 2;' | script | paste -sd, |
    sed -E 's/(.*),(.*)/"both":"got":\2,"seen":"\1"/'
}
discard_all() {
  printf '%s\n' "set TimeZone = 'Asia/Kathmandu';" 'create temp table t (i int);' 'discard all;' 'select * from t;' \
    '\echo :SQLSTATE' 'show TimeZone;' | script | words
}
large_result() { ask -c "select i, 'row ' || i from generate_series(1, 50000) i" | counted; }
ten_connections() {
  for n in {1..10}; do ask -c "select $n" & done | awk '{ total += $1 } END { print total }'
}
closed() {
  local pid
  pid=$(ask -c 'select pg_backend_pid()')
  for _ in {1..50}; do
    [[ $(ask -c "select count(*) from pg_stat_activity where pid = $pid") == 0 ]] && echo '"gone"' && return
    sleep 0.1
  done
}

session_end() {
  ask -v VERBOSITY=verbose -c "${CLIENTS_LAST_STATEMENT:-select pg_terminate_backend(pg_backend_pid())}" 2>&1 |
    sed -nE 's/^FATAL:  ([0-9A-Z]{5}): .*/"\1"/p'
}

for name in connect_tls wrong_ca wrong_password unknown_database; do check $name $name; done
skip password_hook 'psql reads a password, and asks nobody for it'
for name in parameters types_text; do check $name $name; done
skip types_binary 'psql asks for text results only'
check nulls nulls
if ((version >= 18)); then check prepared prepared_bound; else check prepared prepared; fi
check prepared_many prepared_many
for name in pipeline pipeline_error; do
  if ((version >= 18)); then check $name $name; else skip $name "psql $version has no pipelines"; fi
done
for name in transaction savepoint failed_transaction cursor portal; do check $name $name; done
check copy_out_text copy_out ''
check copy_out_csv copy_out '(format csv, header)'
check copy_out_binary copy_out '(format binary)'
for name in copy_in_text copy_in_csv copy_in_binary copy_in_failed copy_in_aborted cancel statement_timeout error_position \
  error_constraint error_raised large_text large_bytea notices notifications several_statements \
  several_statements_error empty_query stale_prepared discard_all large_result ten_connections; do check $name $name; done
check close closed
skip backend_pid 'psql has no variable for it'
check session_end session_end
exit 0
