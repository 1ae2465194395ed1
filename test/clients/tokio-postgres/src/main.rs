//! The checklist in tokio-postgres, over OpenSSL.

mod checks;

use std::time::Duration;

use bytes::Bytes;
use checks::{
    COLUMNS, Failure, Outcome, ROWS, Session, check, connect, connect_with, five_megabytes, hash, list,
    number, seen, settings, skip, sqlstate, tls, variable,
};
use futures_util::future::{join_all, try_join_all};
use futures_util::{SinkExt, TryStreamExt, pin_mut};
use serde_json::{Value, json};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{AsyncMessage, CancelToken, Client, Config, SimpleQueryMessage};

const CA: &str = "PGSSLROOTCERT";

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::task::LocalSet::new().run_until(all()).await;
}

async fn all() {
    check("connect_tls", async {
        connect().await?;
        Ok(json!("verified"))
    })
    .await;
    check("wrong_ca", wrong_ca()).await;
    check("wrong_password", refused(settings().password("wrong"))).await;
    check("unknown_database", refused(settings().dbname("nowhere"))).await;
    skip("password_hook", "tokio-postgres takes the password in its Config: put a fresh token there");
    check("parameters", parameters()).await;
    check("types_text", types_text()).await;
    check("types_binary", types_binary()).await;
    check("nulls", nulls()).await;
    check("prepared", prepared()).await;
    check("prepared_many", prepared_many()).await;
    check("pipeline", pipeline()).await;
    check("pipeline_error", pipeline_error()).await;
    check("transaction", transaction()).await;
    check("savepoint", savepoint()).await;
    check("failed_transaction", failed_transaction()).await;
    check("cursor", cursor()).await;
    check("portal", portal()).await;
    check("copy_out_text", copy_out("")).await;
    check("copy_out_csv", copy_out("(format csv, header)")).await;
    check("copy_out_binary", copy_out("(format binary)")).await;
    check(
        "copy_in_text",
        copy_in("", text_rows(|i| format!("{i}\trow {i}\t\\N\n"))),
    )
    .await;
    check(
        "copy_in_csv",
        copy_in("(format csv)", text_rows(|i| format!("{i},row {i},\n"))),
    )
    .await;
    check("copy_in_binary", copy_in("(format binary)", binary_rows())).await;
    check("copy_in_failed", copy_in_failed()).await;
    check("copy_in_aborted", copy_in_aborted()).await;
    check("cancel", cancel()).await;
    check("statement_timeout", statement_timeout()).await;
    check("error_position", error_position()).await;
    check("error_constraint", error_constraint()).await;
    check("error_raised", error_raised()).await;
    check("large_text", large_text()).await;
    check("large_bytea", large_bytea()).await;
    check("notices", notices()).await;
    check("notifications", notifications()).await;
    check("several_statements", several_statements()).await;
    check("several_statements_error", several_statements_error()).await;
    check("empty_query", empty_query()).await;
    check("stale_prepared", stale_prepared()).await;
    check("discard_all", discard_all()).await;
    check("large_result", large_result()).await;
    check("ten_connections", ten_connections()).await;
    check("close", close()).await;
    skip("backend_pid", "tokio-postgres keeps the process id to itself");
    check("session_end", session_end()).await;
}

async fn wrong_ca() -> Outcome {
    match connect_with(settings(), "CLIENTS_OTHER_CA").await {
        Err(error) if format!("{error:?}").contains("certificate verify failed") => Ok(json!("refused")),
        Err(error) => Err(error),
        Ok(_) => Ok(json!("accepted")),
    }
}

async fn refused(config: &mut Config) -> Outcome {
    Ok(sqlstate(config.connect(tls(CA)?).await))
}

/// tokio-postgres keeps the parameters on the connection half, out of the client's reach: SHOW asks instead.
async fn parameters() -> Outcome {
    let client = connect().await?;
    client.batch_execute("set TimeZone = 'Asia/Kathmandu'").await?;
    let mut got = serde_json::Map::new();
    for name in ["client_encoding", "standard_conforming_strings", "TimeZone"] {
        got.insert(name.into(), json!(show(&client, name).await?));
    }
    let application = show(&client, "application_name").await?;
    got.insert(
        "application_name".into(),
        json!(application.ends_with(&variable("PGAPPNAME"))),
    );
    Ok(Value::Object(got))
}

async fn show(client: &Client, name: &str) -> Result<String, Failure> {
    Ok(client.query_one(&format!("show {name}"), &[]).await?.get(0))
}

/// A value as the bytes it has on the wire.
#[derive(Debug)]
struct Raw(Vec<u8>);

impl<'a> FromSql<'a> for Raw {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Raw(raw.to_vec()))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl ToSql for Raw {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        out.extend_from_slice(&self.0);
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

async fn types_binary() -> Outcome {
    let client = connect().await?;
    let (mut got, mut values) = (serde_json::Map::new(), serde_json::Map::new());
    for row in client.query(COLUMNS, &[]).await? {
        let (name, kind): (String, String) = (row.get(0), row.get(1));
        let sql = format!("select \"{name}\" from samples where id = 1");
        let value: Raw = client.query_one(&sql, &[]).await?.get(0);
        let same = format!("select to_jsonb($1::{kind}) = to_jsonb(\"{name}\") from samples where id = 1");
        values.insert(name.clone(), json!(hash(&value.0)));
        got.insert(
            name,
            json!(client.query_one(&same, &[&value]).await?.get::<_, bool>(0)),
        );
    }
    seen(Value::Object(got), Value::Object(values))
}

async fn types_text() -> Outcome {
    let client = connect().await?;
    let (mut got, mut values) = (serde_json::Map::new(), serde_json::Map::new());
    for row in client.query(COLUMNS, &[]).await? {
        let (name, kind): (String, String) = (row.get(0), row.get(1));
        let value = first(&client, &format!("select \"{name}\" from samples where id = 1")).await?;
        let literal = value.replace('\'', "''");
        let same =
            format!("select to_jsonb('{literal}'::{kind}) = to_jsonb(\"{name}\") from samples where id = 1");
        got.insert(name.clone(), json!(first(&client, &same).await? == "t"));
        values.insert(name, json!(value));
    }
    seen(Value::Object(got), Value::Object(values))
}

async fn first(client: &Client, sql: &str) -> Result<String, Failure> {
    for message in client.simple_query(sql).await? {
        if let SimpleQueryMessage::Row(row) = message {
            return Ok(row.get(0).unwrap_or("").to_owned());
        }
    }
    Err("no row".into())
}

async fn nulls() -> Outcome {
    let row = connect()
        .await?
        .query_one("select * from samples where id = 2", &[])
        .await?;
    let null = |index: &usize| row.get::<_, Option<Raw>>(*index).is_none();
    Ok(json!((0..row.len()).filter(null).count()))
}

async fn prepared() -> Outcome {
    let client = connect().await?;
    let statement = client.prepare("select $1::int * 2").await?;
    let mut got: Vec<i32> = vec![];
    for value in 1..=3i32 {
        got.push(client.query_one(&statement, &[&value]).await?.get(0));
    }
    Ok(json!(got))
}

async fn prepared_many() -> Outcome {
    let client = connect().await?;
    let mut statements = vec![];
    for value in 1..=60 {
        statements.push(client.prepare(&format!("select $1::int + {value}")).await?);
    }
    let mut total = 0;
    for statement in statements.iter().chain(&statements) {
        total += client.query_one(statement, &[&0i32]).await?.get::<_, i32>(0);
    }
    Ok(json!(total))
}

async fn pipeline() -> Outcome {
    let client = connect().await?;
    let statement = client.prepare("select $1::int").await?;
    let values: Vec<i32> = (1..=20).collect();
    let asked = values
        .iter()
        .map(async |value| client.query_one(&statement, &[value]).await);
    let rows = try_join_all(asked).await?;
    Ok(json!(rows.iter().map(|row| row.get::<_, i32>(0)).sum::<i32>()))
}

async fn pipeline_error() -> Outcome {
    let client = connect().await?;
    client.batch_execute("create temp table t (i int)").await?;
    let statement = client.prepare("insert into t values (1 / $1::int)").await?;
    let sent = [1i32, 0, 1];
    let results = join_all(
        sent.iter()
            .map(async |value| sqlstate(client.execute(&statement, &[value]).await)),
    )
    .await;
    Ok(json!([
        results[1],
        number(&client, "select count(*) from t").await?
    ]))
}

async fn transaction() -> Outcome {
    let mut client = connect().await?;
    client.batch_execute("create temp table t (i int)").await?;
    let committed = client.transaction().await?;
    committed.execute("insert into t values (1)", &[]).await?;
    committed.commit().await?;
    let rolled_back = client.transaction().await?;
    rolled_back.execute("insert into t values (2)", &[]).await?;
    rolled_back.rollback().await?;
    list(&client).await
}

async fn savepoint() -> Outcome {
    let mut client = connect().await?;
    let mut outer = client.transaction().await?;
    outer
        .batch_execute("create temp table t (i int); insert into t values (1)")
        .await?;
    let inner = outer.savepoint("s").await?;
    inner.execute("insert into t values (2)", &[]).await?;
    sqlstate(inner.query("select 1 / 0", &[]).await);
    inner.rollback().await?;
    outer.execute("insert into t values (3)", &[]).await?;
    outer.commit().await?;
    list(&client).await
}

async fn failed_transaction() -> Outcome {
    let mut client = connect().await?;
    let work = client.transaction().await?;
    let states = (
        sqlstate(work.query("select 1 / 0", &[]).await),
        sqlstate(work.query("select 1", &[]).await),
    );
    work.rollback().await?;
    Ok(json!([states.0, states.1, number(&client, "select 1").await?]))
}

async fn cursor() -> Outcome {
    let client = connect().await?;
    client
        .batch_execute("begin; declare c cursor for select generate_series(1, 10)")
        .await?;
    let mut got = vec![];
    for _ in 0..4 {
        got.push(client.query("fetch 3 from c", &[]).await?.len());
    }
    Ok(json!(got))
}

async fn portal() -> Outcome {
    let mut client = connect().await?;
    let work = client.transaction().await?;
    let portal = work.bind("select generate_series(1, 1000)", &[]).await?;
    let (mut count, mut total) = (0, 0);
    loop {
        let rows = work.query_portal(&portal, 100).await?;
        if rows.is_empty() {
            return Ok(json!([count, total]));
        }
        count += rows.len();
        total += rows.iter().map(|row| row.get::<_, i32>(0)).sum::<i32>();
    }
}

async fn copy_out(options: &str) -> Outcome {
    let client = connect().await?;
    let stream = client
        .copy_out(&format!("copy ({ROWS}) to stdout {options}"))
        .await?;
    let data = stream
        .try_fold(vec![], async |data, part| Ok([data, part.to_vec()].concat()))
        .await?;
    Ok(json!([data.len(), hash(&data)]))
}

fn text_rows(row: fn(i32) -> String) -> Vec<u8> {
    (1..=1000).map(row).collect::<String>().into_bytes()
}

fn binary_rows() -> Vec<u8> {
    let mut data = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec();
    for i in 1..=1000i32 {
        let text = format!("row {i}");
        data.extend(3i16.to_be_bytes());
        data.extend(4i32.to_be_bytes());
        data.extend(i.to_be_bytes());
        data.extend((text.len() as i32).to_be_bytes());
        data.extend(text.as_bytes());
        data.extend((-1i32).to_be_bytes());
    }
    data.extend((-1i16).to_be_bytes());
    data
}

async fn copy_in(options: &str, data: Vec<u8>) -> Outcome {
    let client = connect().await?;
    client
        .batch_execute("create temp table t (i int, t text, n text)")
        .await?;
    send_copy(&client, &format!("copy t from stdin {options}"), data).await?;
    let row = client
        .query_one("select count(*), sum(i) from t where n is null", &[])
        .await?;
    Ok(json!([row.get::<_, i64>(0), row.get::<_, i64>(1)]))
}

async fn send_copy(client: &Client, sql: &str, data: Vec<u8>) -> Result<u64, tokio_postgres::Error> {
    let sink = client.copy_in(sql).await?;
    pin_mut!(sink);
    for part in data.chunks(1000) {
        sink.send(Bytes::copy_from_slice(part)).await?;
    }
    sink.finish().await
}

async fn copy_in_failed() -> Outcome {
    let client = connect().await?;
    client.batch_execute("create temp table t (i int)").await?;
    let data = format!("1\nnot a number\n{}", "2\n".repeat(50000)).into_bytes();
    let state = sqlstate(send_copy(&client, "copy t from stdin", data).await);
    Ok(json!([state, number(&client, "select count(*) from t").await?]))
}

/// Dropping the sink before finish sends CopyFail; its error is nobody's to read.
async fn copy_in_aborted() -> Outcome {
    let client = connect().await?;
    client.batch_execute("create temp table t (i int)").await?;
    {
        let sink = client.copy_in("copy t from stdin").await?;
        pin_mut!(sink);
        sink.send(Bytes::from_static(b"1\n")).await?;
    }
    Ok(json!(["57014", number(&client, "select count(*) from t").await?]))
}

async fn cancel() -> Outcome {
    let client = connect().await?;
    tokio::task::spawn_local(cancel_soon(client.cancel_token()));
    let state = sqlstate(client.query("select pg_sleep(20)", &[]).await);
    Ok(json!([state, number(&client, "select 1").await?]))
}

async fn cancel_soon(token: CancelToken) {
    tokio::time::sleep(Duration::from_millis(300)).await;
    if let Ok(tls) = tls(CA) {
        let _ = token.cancel_query(tls).await;
    }
}

async fn statement_timeout() -> Outcome {
    let mut config = settings();
    config.options("-c statement_timeout=200");
    let client = connect_with(config, CA).await?.client;
    let state = sqlstate(client.query("select pg_sleep(20)", &[]).await);
    Ok(json!([state, number(&client, "select 1").await?]))
}

async fn database_error(sql: &str) -> Result<tokio_postgres::error::DbError, Failure> {
    match connect().await?.batch_execute(sql).await {
        Ok(()) => Err("no error".into()),
        Err(error) => Ok(error.as_db_error().ok_or("not a database error")?.clone()),
    }
}

async fn error_position() -> Outcome {
    let error = database_error("select nothing").await?;
    let position = match error.position() {
        Some(tokio_postgres::error::ErrorPosition::Original(position)) => position.to_string(),
        other => format!("{other:?}"),
    };
    Ok(json!([error.code().code(), error.message(), position]))
}

async fn error_constraint() -> Outcome {
    let error = database_error("insert into samples (id) values (1)").await?;
    Ok(json!([
        error.code().code(),
        error.table(),
        error.constraint(),
        error.detail()
    ]))
}

async fn error_raised() -> Outcome {
    let sql = "do $$ begin raise 'told' using errcode = 'AB123', detail = 'more', hint = 'try'; end $$";
    let error = database_error(sql).await?;
    Ok(json!([
        error.severity(),
        error.code().code(),
        error.message(),
        error.detail(),
        error.hint()
    ]))
}

async fn large_text() -> Outcome {
    let (client, value) = (connect().await?, five_megabytes());
    let digest: String = client.query_one("select md5($1)", &[&value]).await?.get(0);
    let echo: String = client
        .query_one("select repeat($1, 524288)", &[&"Größe 5M\n"])
        .await?
        .get(0);
    Ok(json!([digest == hash(value.as_bytes()), echo == value]))
}

async fn large_bytea() -> Outcome {
    let (client, value) = (connect().await?, five_megabytes().into_bytes());
    let digest: String = client.query_one("select md5($1::bytea)", &[&value]).await?.get(0);
    let echo: Vec<u8> = client.query_one("select $1::bytea", &[&value]).await?.get(0);
    Ok(json!([digest == hash(&value), echo == value]))
}

async fn notices() -> Outcome {
    let Session { client, mut messages } = connect_with(settings(), CA).await?;
    client
        .batch_execute("do $$ begin raise notice 'one'; raise warning 'two'; end $$")
        .await?;
    let mut heard = vec![];
    while let Ok(AsyncMessage::Notice(notice)) = messages.try_recv() {
        heard.push(notice.message().to_owned());
    }
    Ok(json!(heard))
}

async fn notifications() -> Outcome {
    let Session { client, mut messages } = connect_with(settings(), CA).await?;
    client.batch_execute("listen clients_tokio").await?;
    connect()
        .await?
        .batch_execute("select pg_notify('clients_tokio', repeat('x', 7000))")
        .await?;
    match messages.recv().await {
        Some(AsyncMessage::Notification(event)) => Ok(json!([[
            event.channel().split('_').next(),
            event.payload().len()
        ]])),
        _ => Err("no notification".into()),
    }
}

async fn several_statements() -> Outcome {
    let client = connect().await?;
    let sql = "create temp table t (i int); insert into t values (1), (2); select i from t; select 'two'";
    let mut results: Vec<Vec<Value>> = vec![];
    for message in client.simple_query(sql).await? {
        match message {
            SimpleQueryMessage::RowDescription(_) => results.push(vec![]),
            SimpleQueryMessage::Row(row) => {
                let text = row.get(0).unwrap_or("");
                let value = text
                    .parse::<i32>()
                    .map(|number| json!(number))
                    .unwrap_or(json!(text));
                results
                    .last_mut()
                    .ok_or("a row without a description")?
                    .push(value);
            }
            _ => {}
        }
    }
    Ok(json!(results))
}

async fn several_statements_error() -> Outcome {
    let client = connect().await?;
    client.batch_execute("create temp table t (i int)").await?;
    let sql = "insert into t values (1); select 1 / 0; insert into t values (2)";
    let state = sqlstate(client.simple_query(sql).await);
    Ok(json!([state, number(&client, "select count(*) from t").await?]))
}

async fn empty_query() -> Outcome {
    let client = connect().await?;
    let empty = client.query("", &[]).await?.is_empty();
    Ok(json!([empty, number(&client, "select 1").await?]))
}

async fn stale_prepared() -> Outcome {
    let client = connect().await?;
    let statement = client.prepare("select 1").await?;
    client.batch_execute("deallocate all").await?;
    let state = sqlstate(client.query(&statement, &[]).await);
    seen(json!(number(&client, "select 2").await?), state)
}

async fn discard_all() -> Outcome {
    let client = connect().await?;
    for sql in [
        "set TimeZone = 'Asia/Kathmandu'",
        "create temp table t (i int)",
        "discard all",
    ] {
        client.batch_execute(sql).await?;
    }
    let state = sqlstate(client.query("select * from t", &[]).await);
    Ok(json!([state, show(&client, "TimeZone").await?]))
}

async fn large_result() -> Outcome {
    let rows = connect()
        .await?
        .query("select i, 'row ' || i from generate_series(1, 50000) i", &[])
        .await?;
    Ok(json!([
        rows.len(),
        rows.iter()
            .map(|row| i64::from(row.get::<_, i32>(0)))
            .sum::<i64>()
    ]))
}

async fn ten_connections() -> Outcome {
    let clients = try_join_all((0..10).map(|_| connect())).await?;
    let sql: Vec<String> = (1..=10).map(|value| format!("select {value}")).collect();
    let values = try_join_all(clients.iter().zip(&sql).map(|(client, sql)| number(client, sql))).await?;
    Ok(json!(values.iter().sum::<i64>()))
}

async fn close() -> Outcome {
    let pid = number(&connect().await?, "pg_backend_pid()").await?;
    let client = connect().await?;
    for _ in 0..50 {
        if number(
            &client,
            &format!("select count(*) from pg_stat_activity where pid = {pid}"),
        )
        .await?
            == 0
        {
            return Ok(json!("gone"));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(json!("still there"))
}

async fn session_end() -> Outcome {
    let statement = match variable("CLIENTS_LAST_STATEMENT") {
        statement if statement.is_empty() => "select pg_terminate_backend(pg_backend_pid())".into(),
        statement => statement,
    };
    Ok(sqlstate(connect().await?.query(&statement, &[]).await))
}
