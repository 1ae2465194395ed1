// The checklist in pgx.
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

func main() {
	run([]check{
		{"connect_tls", connectTLS},
		{"wrong_ca", wrongCA},
		{"wrong_password", refused(func(config *pgx.ConnConfig) { config.Password = "wrong" })},
		{"unknown_database", refused(func(config *pgx.ConnConfig) { config.Database = "nowhere" })},
		{"password_hook", passwordHook},
		{"parameters", parameters},
		{"types_text", types(pgx.QueryExecModeSimpleProtocol, pgx.TextFormatCode)},
		{"types_binary", types(pgx.QueryExecModeCacheStatement, pgx.BinaryFormatCode)},
		{"nulls", with(nulls)},
		{"prepared", with(prepared)},
		{"prepared_many", preparedMany},
		{"pipeline", with(pipeline)},
		{"pipeline_error", with(pipelineError)},
		{"transaction", with(transaction)},
		{"savepoint", with(savepoint)},
		{"failed_transaction", with(failedTransaction)},
		{"cursor", with(cursor)},
		{"portal", func(context.Context) any { return skip("pgx always fetches a whole result") }},
		{"copy_out_text", copyOut("")},
		{"copy_out_csv", copyOut("(format csv, header)")},
		{"copy_out_binary", copyOut("(format binary)")},
		{"copy_in_text", copyIn("", "%d\trow %[1]d\t\\N\n")},
		{"copy_in_csv", copyIn("(format csv)", "%d,row %[1]d,\n")},
		{"copy_in_binary", with(copyInBinary)},
		{"copy_in_failed", brokenCopy(strings.NewReader("1\nnot a number\n" + strings.Repeat("2\n", 50000)))},
		{"copy_in_aborted", brokenCopy(io.MultiReader(strings.NewReader("1\n"), givenUp{}))},
		{"cancel", with(cancel)},
		{"statement_timeout", statementTimeout},
		{"error_position", diagnostics("select nothing", func(e *pgconn.PgError) []any {
			return []any{e.Code, e.Message, fmt.Sprint(e.Position)}
		})},
		{"error_constraint", diagnostics("insert into samples (id) values (1)", func(e *pgconn.PgError) []any {
			return []any{e.Code, e.TableName, e.ConstraintName, e.Detail}
		})},
		{"error_raised", diagnostics(
			"do $$ begin raise 'told' using errcode = 'AB123', detail = 'more', hint = 'try'; end $$",
			func(e *pgconn.PgError) []any {
				return []any{e.SeverityUnlocalized, e.Code, e.Message, e.Detail, e.Hint}
			})},
		{"large_text", with(largeText)},
		{"large_bytea", with(largeBytea)},
		{"notices", notices},
		{"notifications", with(notifications)},
		{"several_statements", with(severalStatements)},
		{"several_statements_error", with(severalStatementsError)},
		{"empty_query", with(emptyQuery)},
		{"stale_prepared", with(stalePrepared)},
		{"discard_all", with(discardAll)},
		{"large_result", with(largeResult)},
		{"ten_connections", tenConnections},
		{"close", closed},
		{"backend_pid", with(backendPid)},
		{"session_end", with(sessionEnd)},
	})
}

func with(work func(context.Context, *pgx.Conn) any) func(context.Context) any {
	return func(ctx context.Context) any {
		return connected(ctx, nil, func(connection *pgx.Conn) any { return work(ctx, connection) })
	}
}

func connectTLS(ctx context.Context) any {
	return connected(ctx, nil, func(connection *pgx.Conn) any {
		if socket, is := connection.PgConn().Conn().(*tls.Conn); is && socket.ConnectionState().VerifiedChains != nil {
			return "verified"
		}
		return "cleartext"
	})
}

func wrongCA(ctx context.Context) any {
	result := connected(ctx, func(config *pgx.ConnConfig) {
		config.TLSConfig.RootCAs = x509.NewCertPool()
		config.TLSConfig.RootCAs.AppendCertsFromPEM(must(os.ReadFile(os.Getenv("CLIENTS_OTHER_CA"))))
		config.TLSConfig.VerifyPeerCertificate = nil
	}, func(*pgx.Conn) any { return nil })
	var unknown x509.UnknownAuthorityError
	if err, is := result.(error); is && errors.As(err, &unknown) {
		return "refused"
	}
	return fmt.Sprint(result)
}

func refused(change func(*pgx.ConnConfig)) func(context.Context) any {
	return func(ctx context.Context) any {
		return sqlstate(connected(ctx, change, func(*pgx.Conn) any { return nil }))
	}
}

func passwordHook(ctx context.Context) any {
	config := must(pgxpool.ParseConfig("password=stale"))
	config.BeforeConnect = func(_ context.Context, fresh *pgx.ConnConfig) error {
		fresh.Password = os.Getenv("PGPASSWORD")
		return nil
	}
	pool := must(pgxpool.NewWithConfig(ctx, config))
	defer pool.Close()
	var value int
	if err := pool.QueryRow(ctx, "select 1").Scan(&value); err != nil {
		panic(err)
	}
	return value
}

func parameters(ctx context.Context) any {
	return connected(ctx, nil, func(connection *pgx.Conn) any {
		execute(ctx, connection, "set TimeZone = 'Asia/Kathmandu'")
		status := connection.PgConn().ParameterStatus
		name := one[string](ctx, connection, "show application_name")
		return seen{map[string]any{
			"client_encoding":             status("client_encoding"),
			"standard_conforming_strings": status("standard_conforming_strings"),
			"TimeZone":                    status("TimeZone"),
			"application_name":            strings.HasSuffix(name, application),
		}, []string{status("server_version"), status("integer_datetimes"), status("DateStyle"), status("is_superuser")}}
	})
}

func types(mode pgx.QueryExecMode, format int16) func(context.Context) any {
	return with(func(ctx context.Context, connection *pgx.Conn) any {
		mood := must(connection.LoadType(ctx, "mood"))
		connection.TypeMap().RegisterType(mood)
		got, values := map[string]any{}, map[string]any{}
		described := must(connection.Query(ctx, columns))
		type column struct{ Name, Type string }
		for _, each := range must(pgx.CollectRows(described, pgx.RowToStructByPos[column])) {
			var value any
			var target any = &value
			if format == pgx.TextFormatCode {
				value, target = "", new(string)
			}
			sql := fmt.Sprintf("select %q from samples where id = 1", each.Name)
			formats := pgx.QueryResultFormats{format}
			if err := connection.QueryRow(ctx, sql, mode, formats).Scan(target); err != nil {
				panic(err)
			}
			if text, is := target.(*string); is {
				value = *text
			}
			same := fmt.Sprintf("select to_jsonb($1::%s) = to_jsonb(%q) from samples where id = 1", each.Type, each.Name)
			values[each.Name] = fmt.Sprintf("%T %v", value, value)
			got[each.Name] = one[bool](ctx, connection, same, mode, value)
		}
		return seen{got, values}
	})
}

func nulls(ctx context.Context, connection *pgx.Conn) any {
	count := 0
	result := must(connection.Query(ctx, "select * from samples where id = 2"))
	for _, value := range must(pgx.CollectExactlyOneRow(result, pgx.RowToMap)) {
		if value == nil {
			count++
		}
	}
	return count
}

func prepared(ctx context.Context, connection *pgx.Conn) any {
	must(connection.Prepare(ctx, "double", "select $1::int * 2"))
	return []int{one[int](ctx, connection, "double", 1), one[int](ctx, connection, "double", 2),
		one[int](ctx, connection, "double", 3)}
}

func preparedMany(ctx context.Context) any {
	smallCache := func(config *pgx.ConnConfig) { config.StatementCacheCapacity = 40 }
	return connected(ctx, smallCache, func(connection *pgx.Conn) any {
		total := 0
		for number := range 120 {
			total += one[int](ctx, connection, fmt.Sprintf("select $1::int + %d", number%60+1), 0)
		}
		return total
	})
}

func pipeline(ctx context.Context, connection *pgx.Conn) any {
	batch, total := &pgx.Batch{}, 0
	for number := range 20 {
		batch.Queue("select $1::int", number+1).QueryRow(func(row pgx.Row) error {
			var value int
			err := row.Scan(&value)
			total += value
			return err
		})
	}
	if err := connection.SendBatch(ctx, batch).Close(); err != nil {
		panic(err)
	}
	return total
}

func pipelineError(ctx context.Context, connection *pgx.Conn) any {
	execute(ctx, connection, "create temp table t (i int)")
	batch := &pgx.Batch{}
	for _, number := range []int{1, 0, 1} {
		batch.Queue("insert into t values (1 / $1::int)", number)
	}
	err := connection.SendBatch(ctx, batch).Close()
	return []any{sqlstate(err), one[int](ctx, connection, "select count(*) from t")}
}

func transaction(ctx context.Context, connection *pgx.Conn) any {
	execute(ctx, connection, "create temp table t (i int)")
	for _, sql := range []string{"insert into t values (1)", "insert into t values (2)"} {
		pgx.BeginFunc(ctx, connection, func(tx pgx.Tx) error {
			must(tx.Exec(ctx, sql))
			if strings.Contains(sql, "2") {
				return errors.New("rolled back")
			}
			return nil
		})
	}
	return list(ctx, connection, "select i from t")
}

func savepoint(ctx context.Context, connection *pgx.Conn) any {
	err := pgx.BeginFunc(ctx, connection, func(tx pgx.Tx) error {
		must(tx.Exec(ctx, "create temp table t (i int)"))
		must(tx.Exec(ctx, "insert into t values (1)"))
		pgx.BeginFunc(ctx, tx, func(inner pgx.Tx) error {
			must(inner.Exec(ctx, "insert into t values (2)"))
			_, err := inner.Exec(ctx, "select 1 / 0")
			return err
		})
		_, err := tx.Exec(ctx, "insert into t values (3)")
		return err
	})
	if err != nil {
		return err.Error()
	}
	return list(ctx, connection, "select i from t order by i")
}

func failedTransaction(ctx context.Context, connection *pgx.Conn) any {
	tx := must(connection.Begin(ctx))
	first, second := state(tx.Exec(ctx, "select 1 / 0")), state(tx.Exec(ctx, "select 1"))
	tx.Rollback(ctx)
	return []any{first, second, one[int](ctx, connection, "select 1")}
}

func cursor(ctx context.Context, connection *pgx.Conn) any {
	execute(ctx, connection, "begin", "declare c cursor for select generate_series(1, 10)")
	got := []int{}
	for range 4 {
		got = append(got, len(list(ctx, connection, "fetch 3 from c")))
	}
	return got
}

func copyOut(options string) func(context.Context) any {
	return with(func(ctx context.Context, connection *pgx.Conn) any {
		var data bytes.Buffer
		must(connection.PgConn().CopyTo(ctx, &data, fmt.Sprintf("copy (%s) to stdout %s", rows, options)))
		return []any{data.Len(), hash(data.Bytes())}
	})
}

const copied = "select array[count(*), sum(i)]::int[] from t where n is null"

func copyIn(options, row string) func(context.Context) any {
	return with(func(ctx context.Context, connection *pgx.Conn) any {
		execute(ctx, connection, "create temp table t (i int, t text, n text)")
		var data bytes.Buffer
		for i := range 1000 {
			fmt.Fprintf(&data, row, i+1)
		}
		must(connection.PgConn().CopyFrom(ctx, &data, "copy t from stdin "+options))
		return one[[]int](ctx, connection, copied)
	})
}

func copyInBinary(ctx context.Context, connection *pgx.Conn) any {
	execute(ctx, connection, "create temp table t (i int, t text, n text)")
	source := pgx.CopyFromSlice(1000, func(i int) ([]any, error) { return []any{i + 1, fmt.Sprintf("row %d", i+1), nil}, nil })
	must(connection.CopyFrom(ctx, pgx.Identifier{"t"}, []string{"i", "t", "n"}, source))
	return one[[]int](ctx, connection, copied)
}

type givenUp struct{}

func (givenUp) Read([]byte) (int, error) { return 0, errors.New("given up") }

func brokenCopy(data io.Reader) func(context.Context) any {
	return with(func(ctx context.Context, connection *pgx.Conn) any {
		execute(ctx, connection, "create temp table t (i int)")
		_, err := connection.PgConn().CopyFrom(ctx, data, "copy t from stdin")
		return []any{sqlstate(err), one[int](ctx, connection, "select count(*) from t")}
	})
}

func cancel(ctx context.Context, connection *pgx.Conn) any {
	time.AfterFunc(300*time.Millisecond, func() { connection.PgConn().CancelRequest(ctx) })
	return []any{state(connection.Exec(ctx, "select pg_sleep(20)")), one[int](ctx, connection, "select 1")}
}

func statementTimeout(ctx context.Context) any {
	short := func(config *pgx.ConnConfig) { config.RuntimeParams["statement_timeout"] = "200" }
	return connected(ctx, short, func(connection *pgx.Conn) any {
		return []any{state(connection.Exec(ctx, "select pg_sleep(20)")), one[int](ctx, connection, "select 1")}
	})
}

func diagnostics(sql string, fields func(*pgconn.PgError) []any) func(context.Context) any {
	return with(func(ctx context.Context, connection *pgx.Conn) any {
		_, err := connection.Exec(ctx, sql)
		var failure *pgconn.PgError
		if errors.As(err, &failure) {
			return fields(failure)
		}
		return fmt.Sprint(err)
	})
}

func largeText(ctx context.Context, connection *pgx.Conn) any {
	return []bool{
		one[string](ctx, connection, "select md5($1)", fiveMegabytes) == hash([]byte(fiveMegabytes)),
		one[string](ctx, connection, "select repeat($1, 524288)", "Größe 5M\n") == fiveMegabytes,
	}
}

func largeBytea(ctx context.Context, connection *pgx.Conn) any {
	value := []byte(fiveMegabytes)
	return []bool{
		one[string](ctx, connection, "select md5($1::bytea)", value) == hash(value),
		bytes.Equal(one[[]byte](ctx, connection, "select $1::bytea", value), value),
	}
}

func notices(ctx context.Context) any {
	heard := []string{}
	listen := func(config *pgx.ConnConfig) {
		config.OnNotice = func(_ *pgconn.PgConn, notice *pgconn.Notice) { heard = append(heard, notice.Message) }
	}
	return connected(ctx, listen, func(connection *pgx.Conn) any {
		execute(ctx, connection, "do $$ begin raise notice 'one'; raise warning 'two'; end $$")
		return heard
	})
}

func notifications(ctx context.Context, listener *pgx.Conn) any {
	execute(ctx, listener, "listen clients_pgx")
	return connected(ctx, nil, func(speaker *pgx.Conn) any {
		execute(ctx, speaker, "select pg_notify('clients_pgx', repeat('x', 7000))")
		event := must(listener.WaitForNotification(ctx))
		return [][]any{{strings.Split(event.Channel, "_")[0], len(event.Payload)}}
	})
}

func severalStatements(ctx context.Context, connection *pgx.Conn) any {
	sql := "create temp table t (i int); insert into t values (1), (2); select i from t; select 'two'"
	got := []any{}
	for _, result := range must(connection.PgConn().Exec(ctx, sql).ReadAll()) {
		values := []any{}
		for _, row := range result.Rows {
			var number int
			if _, err := fmt.Sscan(string(row[0]), &number); err == nil {
				values = append(values, number)
			} else {
				values = append(values, string(row[0]))
			}
		}
		if result.FieldDescriptions != nil {
			got = append(got, values)
		}
	}
	return got
}

func severalStatementsError(ctx context.Context, connection *pgx.Conn) any {
	execute(ctx, connection, "create temp table t (i int)")
	result := state(connection.PgConn().Exec(ctx, "insert into t values (1); select 1 / 0; insert into t values (2)").ReadAll())
	return []any{result, one[int](ctx, connection, "select count(*) from t")}
}

func emptyQuery(ctx context.Context, connection *pgx.Conn) any {
	return []any{must(connection.Exec(ctx, "")).String() == "", one[int](ctx, connection, "select 1")}
}

func stalePrepared(ctx context.Context, connection *pgx.Conn) any {
	one[int](ctx, connection, "select $1::int", 1)
	execute(ctx, connection, "deallocate all")
	result := state(connection.Exec(ctx, "select $1::int", 1))
	return seen{one[int](ctx, connection, "select 2"), result}
}

func discardAll(ctx context.Context, connection *pgx.Conn) any {
	execute(ctx, connection, "set TimeZone = 'Asia/Kathmandu'", "create temp table t (i int)", "discard all")
	return []any{state(connection.Exec(ctx, "select * from t")), connection.PgConn().ParameterStatus("TimeZone")}
}

func largeResult(ctx context.Context, connection *pgx.Conn) any {
	total, count := 0, 0
	var number int
	var text string
	result := must(connection.Query(ctx, "select i, 'row ' || i from generate_series(1, 50000) i"))
	_, err := pgx.ForEachRow(result, []any{&number, &text}, func() error { total += number; count++; return nil })
	if err != nil {
		return err.Error()
	}
	return []int{count, total}
}

func tenConnections(ctx context.Context) any {
	config := must(pgxpool.ParseConfig("pool_max_conns=10"))
	pool := must(pgxpool.NewWithConfig(ctx, config))
	defer pool.Close()
	values := make([]int32, 10)
	var wait sync.WaitGroup
	for number := range 10 {
		wait.Go(func() {
			pool.QueryRow(ctx, "select $1::int, pg_sleep(0.05)::text", number+1).Scan(&values[number], new(string))
		})
	}
	wait.Wait()
	return sum(values)
}

func closed(ctx context.Context) any {
	pid := with(func(ctx context.Context, connection *pgx.Conn) any {
		return one[int](ctx, connection, "select pg_backend_pid()")
	})(ctx)
	return connected(ctx, nil, func(connection *pgx.Conn) any {
		for range 50 {
			if one[int](ctx, connection, "select count(*) from pg_stat_activity where pid = $1", pid) == 0 {
				return "gone"
			}
			time.Sleep(100 * time.Millisecond)
		}
		return "still there"
	})
}

func backendPid(ctx context.Context, connection *pgx.Conn) any {
	return connection.PgConn().PID() == one[uint32](ctx, connection, "select pg_backend_pid()")
}

func sessionEnd(ctx context.Context, connection *pgx.Conn) any {
	return state(connection.Exec(ctx, lastStatement))
}
