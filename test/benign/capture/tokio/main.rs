// tokio-postgres: statements that it prepares by name, types that it looks up, portals, pipelines and COPY.
use futures_util::{TryStreamExt, future::try_join_all, pin_mut};
use tokio_postgres::{Client, Error, NoTls, Row, SimpleQueryMessage};

fn count(rows: Vec<Row>) -> usize {
    rows.len()
}

async fn queries(client: &mut Client) -> Result<usize, Error> {
    let statement = client.prepare("SELECT id, item, amount::text FROM orders WHERE id < $1 ORDER BY id").await?;
    count(client.query(&statement, &[&5i32]).await?);
    client.execute("INSERT INTO notes (body) VALUES ($1)", &[&"by tokio"]).await?;
    client.execute("UPDATE orders SET note = $2 WHERE id = $1", &[&20i32, &"x"]).await?;
    let answers: Vec<SimpleQueryMessage> = client.simple_query("SELECT 1; SELECT item FROM orders WHERE id = 2").await?;
    Ok(answers.len())
}

async fn types(client: &mut Client) -> Result<usize, Error> {
    client.prepare("SELECT m, ma, pi, comp, r4, mr FROM alltypes").await?;
    client.prepare("SELECT $1::mood, $2::pair, $3::posint").await?;
    Ok(count(client.query("SELECT id, t, by, ia, ta FROM alltypes ORDER BY id", &[]).await?))
}

async fn masked(client: &mut Client) -> Result<usize, Error> {
    Ok(count(client.query("SELECT id, full_name, ssn, email FROM customers ORDER BY id", &[]).await?))
}

async fn transactions(client: &mut Client) -> Result<usize, Error> {
    let mut transaction = client.build_transaction().read_only(true).start().await?;
    let portal = transaction.bind("SELECT o_orderkey FROM h_orders ORDER BY 1 LIMIT 70", &[]).await?;
    while count(transaction.query_portal(&portal, 20).await?) > 0 {}
    let savepoint = transaction.savepoint("before").await?;
    savepoint.rollback().await?;
    transaction.commit().await?;
    Ok(0)
}

async fn pipeline(client: &mut Client) -> Result<usize, Error> {
    let statement = client.prepare("SELECT item FROM orders WHERE id = $1").await?;
    let ids = [1i32, 2, 3, 4];
    let answers = try_join_all(ids.iter().map(|id| async { client.query(&statement, &[id]).await })).await?;
    Ok(answers.len())
}

async fn copy(client: &mut Client) -> Result<usize, Error> {
    let stream = client.copy_out("COPY (SELECT id, item FROM orders ORDER BY id) TO STDOUT").await?;
    pin_mut!(stream);
    let mut length = 0;
    while let Some(chunk) = stream.try_next().await? {
        length += chunk.len();
    }
    Ok(length)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let variable = |name: &str| std::env::var(name).expect(name);
    let (mut client, connection) = tokio_postgres::Config::new()
        .host(variable("PGHOST"))
        .port(variable("PGPORT").parse().expect("PGPORT"))
        .user(variable("PGUSER"))
        .password(variable("PGPASSWORD"))
        .dbname(variable("PGDATABASE"))
        .connect(NoTls)
        .await?;
    tokio::spawn(connection);
    let client = &mut client;
    match std::env::args().nth(1).expect("a scenario").as_str() {
        "queries" => queries(client).await?,
        "types" => types(client).await?,
        "masked" => masked(client).await?,
        "transactions" => transactions(client).await?,
        "pipeline" => pipeline(client).await?,
        "copy" => copy(client).await?,
        name => panic!("there is no scenario {name}"),
    };
    Ok(())
}
