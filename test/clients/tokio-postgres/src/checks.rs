//! Runs one check after the other, prints one JSON line for each, and holds what they share.

use std::env;
use std::future::Future;
use std::time::Duration;

use futures_util::StreamExt;
use openssl::hash::MessageDigest;
use openssl::ssl::{SslConnector, SslMethod};
use postgres_openssl::MakeTlsConnector;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_postgres::config::ChannelBinding;
use tokio_postgres::{AsyncMessage, Client, Config};

pub type Failure = Box<dyn std::error::Error>;
pub type Outcome = Result<Value, Failure>;

pub const COLUMNS: &str = "select attname::text, format_type(atttypid, atttypmod) from pg_attribute
    where attrelid = 'samples'::regclass and attnum > 1 order by attnum";
pub const ROWS: &str = "select i, 'row ' || i, null from generate_series(1, 1000) i";

pub fn five_megabytes() -> String {
    "Größe 5M\n".repeat(524288)
}

pub fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

pub fn hash(value: &[u8]) -> String {
    let digest = openssl::hash::hash(MessageDigest::md5(), value).expect("MD5 is there");
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A result whose second half is in the client's own words: compared between runs, not with the checklist.
pub fn seen(got: Value, seen: Value) -> Outcome {
    Ok(json!({ "got": got, "seen": seen, "both": true }))
}

pub async fn check(name: &str, action: impl Future<Output = Outcome>) {
    let wanted = variable("CLIENTS_CHECKS");
    if !wanted.is_empty() && !wanted.split(',').any(|each| each == name) {
        return;
    }
    let line = match tokio::time::timeout(Duration::from_secs(60), action).await {
        Err(_) => json!({ "check": name, "ok": false, "got": "took longer than 60 seconds" }),
        Ok(Err(error)) => json!({ "check": name, "ok": false, "got": describe(&*error) }),
        Ok(Ok(value)) if value.get("both").is_some() => {
            json!({ "check": name, "ok": true, "got": value["got"], "seen": value["seen"] })
        }
        Ok(Ok(value)) => json!({ "check": name, "ok": true, "got": value }),
    };
    println!("{line}");
}

pub fn skip(name: &str, reason: &str) {
    println!("{}", json!({ "check": name, "skip": reason }));
}

fn describe(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", describe(source)),
        None => error.to_string(),
    }
}

pub fn settings() -> Config {
    let mut config = Config::new();
    match variable("PGCHANNELBINDING").as_str() {
        "require" => config.channel_binding(ChannelBinding::Require),
        "disable" => config.channel_binding(ChannelBinding::Disable),
        _ => &mut config,
    };
    config
        .host(variable("PGHOST"))
        .port(variable("PGPORT").parse().unwrap_or(0))
        .user(variable("PGUSER"))
        .password(variable("PGPASSWORD"))
        .dbname(variable("PGDATABASE"))
        .application_name(variable("PGAPPNAME"))
        .ssl_mode(tokio_postgres::config::SslMode::Require);
    config
}

pub fn tls(ca: &str) -> Result<MakeTlsConnector, Failure> {
    let mut builder = SslConnector::builder(SslMethod::tls())?;
    builder.set_ca_file(variable(ca))?;
    Ok(MakeTlsConnector::new(builder.build()))
}

/// A connection, and what arrives on it outside of queries.
pub struct Session {
    pub client: Client,
    pub messages: UnboundedReceiver<AsyncMessage>,
}

pub async fn connect_with(config: Config, ca: &str) -> Result<Session, Failure> {
    let (client, mut connection) = config.connect(tls(ca)?).await?;
    let (sender, messages) = unbounded_channel();
    tokio::task::spawn_local(async move {
        let mut stream = futures_util::stream::poll_fn(move |context| connection.poll_message(context));
        while let Some(Ok(message)) = stream.next().await {
            let _ = sender.send(message);
        }
    });
    Ok(Session { client, messages })
}

pub async fn connect() -> Result<Client, Failure> {
    Ok(connect_with(settings(), "PGSSLROOTCERT").await?.client)
}

pub async fn number(client: &Client, sql: &str) -> Result<i64, Failure> {
    Ok(client
        .query_one(&format!("select ({sql})::bigint"), &[])
        .await?
        .get(0))
}

pub async fn list(client: &Client) -> Outcome {
    let rows = client.query("select i from t order by i", &[]).await?;
    Ok(json!(rows.iter().map(|row| row.get(0)).collect::<Vec<i32>>()))
}

pub fn sqlstate<T>(result: Result<T, tokio_postgres::Error>) -> Value {
    match result {
        Ok(_) => Value::Null,
        Err(error) => match error.code() {
            Some(code) => json!(code.code()),
            None => json!(describe(&error)),
        },
    }
}
