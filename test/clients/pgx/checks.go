// Runs the checks in order, prints one JSON line for each, and holds what they share.
package main

import (
	"cmp"
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

type check struct {
	name string
	run  func(context.Context) any
}

// skip is the result of a check that this client has nothing for.
type skip string

// seen carries a second half in the client's own words: compared between runs, not with the checklist.
type seen struct{ got, seen any }

const columns = `select attname::text, format_type(atttypid, atttypmod) from pg_attribute
	where attrelid = 'samples'::regclass and attnum > 1 order by attnum`
const rows = "select i, 'row ' || i, null from generate_series(1, 1000) i"

var fiveMegabytes = strings.Repeat("Größe 5M\n", 524288)
var lastStatement = cmp.Or(os.Getenv("CLIENTS_LAST_STATEMENT"), "select pg_terminate_backend(pg_backend_pid())")
var application = os.Getenv("PGAPPNAME")

func run(checks []check) {
	wanted := strings.FieldsFunc(os.Getenv("CLIENTS_CHECKS"), func(r rune) bool { return r == ',' })
	for _, each := range checks {
		if len(wanted) == 0 || slices.Contains(wanted, each.name) {
			text, _ := json.Marshal(attempt(each))
			fmt.Println(string(text))
		}
	}
}

func attempt(each check) (line map[string]any) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	line = map[string]any{"check": each.name, "ok": true}
	defer func() {
		if failure := recover(); failure != nil {
			line["ok"], line["got"] = false, fmt.Sprint(failure)
		}
	}()
	switch result := each.run(ctx).(type) {
	case skip:
		return map[string]any{"check": each.name, "skip": string(result)}
	case seen:
		line["got"], line["seen"] = result.got, result.seen
	default:
		line["got"] = result
	}
	return line
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// connected reads PGHOST, PGSSLMODE and the others itself; change adjusts the rest.
func connected(ctx context.Context, change func(*pgx.ConnConfig), work func(*pgx.Conn) any) any {
	config := must(pgx.ParseConfig(""))
	if change != nil {
		change(config)
	}
	connection, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer connection.Close(ctx)
	return work(connection)
}

func one[T any](ctx context.Context, connection *pgx.Conn, sql string, arguments ...any) (value T) {
	if err := connection.QueryRow(ctx, sql, arguments...).Scan(&value); err != nil {
		panic(err)
	}
	return value
}

func execute(ctx context.Context, connection *pgx.Conn, statements ...string) {
	for _, sql := range statements {
		must(connection.Exec(ctx, sql))
	}
}

func list(ctx context.Context, connection *pgx.Conn, sql string) []int32 {
	return must(pgx.CollectRows(must(connection.Query(ctx, sql)), pgx.RowTo[int32]))
}

func sqlstate(err any) any {
	var failure *pgconn.PgError
	if err, is := err.(error); is && errors.As(err, &failure) {
		return failure.Code
	}
	if err == nil {
		return nil
	}
	return fmt.Sprint(err)
}

func state(_ any, err error) any { return sqlstate(err) }

func hash(value []byte) string {
	digest := md5.Sum(value)
	return hex.EncodeToString(digest[:])
}

func sum(values []int32) (total int) {
	for _, value := range values {
		total += int(value)
	}
	return total
}
