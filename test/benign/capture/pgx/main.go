// pgx: each of its ways of executing, its own types, batches, pools and COPY.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

var ctx = context.Background()

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func drain(rows pgx.Rows, err error) {
	must(err)
	for rows.Next() {
		_, err := rows.Values()
		must(err)
	}
	must(rows.Err())
}

func config(mode pgx.QueryExecMode) *pgx.ConnConfig {
	found, err := pgx.ParseConfig("sslmode=disable")
	must(err)
	found.DefaultQueryExecMode = mode
	return found
}

func work(mode pgx.QueryExecMode) {
	connection, err := pgx.ConnectConfig(ctx, config(mode))
	must(err)
	defer connection.Close(ctx)
	drain(connection.Query(ctx, "SELECT * FROM orders WHERE id < $1 ORDER BY id", 5))
	drain(connection.Query(ctx, "SELECT id, item FROM orders WHERE id = ANY($1) ORDER BY id", []int32{1, 2, 3}))
	_, err = connection.Exec(ctx, "INSERT INTO notes (body) VALUES ($1)", "by pgx")
	must(err)
	_, err = connection.Exec(ctx, "UPDATE orders SET note = $2 WHERE id = $1", 19, "x")
	must(err)
}

func masked(mode pgx.QueryExecMode) {
	connection, err := pgx.ConnectConfig(ctx, config(mode))
	must(err)
	defer connection.Close(ctx)
	drain(connection.Query(ctx, "SELECT * FROM customers ORDER BY id"))
	drain(connection.Query(ctx, "SELECT ssn, full_name FROM customers WHERE id = $1", 1))
}

func types() {
	connection, err := pgx.ConnectConfig(ctx, config(pgx.QueryExecModeCacheStatement))
	must(err)
	defer connection.Close(ctx)
	loaded, err := connection.LoadTypes(ctx, []string{"mood", "_mood", "posint", "pair"})
	must(err)
	connection.TypeMap().RegisterTypes(loaded)
	drain(connection.Query(ctx, "SELECT id, b, i8, n, t, by, d, iv, u, jb, ia, ta, m, comp FROM alltypes ORDER BY id LIMIT 1"))
}

func batch() {
	connection, err := pgx.ConnectConfig(ctx, config(pgx.QueryExecModeCacheStatement))
	must(err)
	defer connection.Close(ctx)
	must(pgx.BeginFunc(ctx, connection, func(transaction pgx.Tx) error {
		batch := &pgx.Batch{}
		for id := range 5 {
			batch.Queue("SELECT item FROM orders WHERE id = $1", id)
		}
		batch.Queue("INSERT INTO notes (body) VALUES ($1)", "in a batch")
		return transaction.SendBatch(ctx, batch).Close()
	}))
	must(pgx.BeginTxFunc(ctx, connection, pgx.TxOptions{AccessMode: pgx.ReadOnly, IsoLevel: pgx.Serializable},
		func(transaction pgx.Tx) error { return transaction.QueryRow(ctx, "SELECT 1").Scan(new(int)) }))
	_, err = connection.PgConn().CopyTo(ctx, io.Discard, "COPY (SELECT id, item FROM orders ORDER BY id) TO STDOUT")
	must(err)
}

func pool() {
	found, err := pgxpool.ParseConfig("sslmode=disable pool_max_conns=1")
	must(err)
	connections, err := pgxpool.NewWithConfig(ctx, found)
	must(err)
	defer connections.Close()
	must(connections.Ping(ctx))
	for id := range 3 {
		drain(connections.Query(ctx, "SELECT * FROM h_nation WHERE n_regionkey = $1 ORDER BY 1", id))
	}
}

func main() {
	modes := map[string]pgx.QueryExecMode{
		"statement": pgx.QueryExecModeCacheStatement, "describe": pgx.QueryExecModeCacheDescribe,
		"describe-exec": pgx.QueryExecModeDescribeExec, "exec": pgx.QueryExecModeExec, "simple": pgx.QueryExecModeSimpleProtocol,
	}
	scenarios := map[string]func(){"types": types, "batch": batch, "pool": pool}
	for name, mode := range modes {
		scenarios[name] = func() { work(mode) }
		scenarios["masked-"+name] = func() { masked(mode) }
	}
	scenario, found := scenarios[os.Args[1]]
	if !found {
		panic(fmt.Sprintf("there is no scenario %s", os.Args[1]))
	}
	scenario()
}
