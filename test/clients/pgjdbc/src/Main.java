// The checklist in pgJDBC.

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.plugin.AuthenticationPlugin;
import org.postgresql.plugin.AuthenticationRequestType;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

public final class Main {
  public static void main(String[] arguments) {
    Checks checks = new Checks();
    checks.with("connect_tls", connection -> {
      return Checks.one(connection, "select 1").equals(1) ? "verified" : "cleartext";
    });
    checks.add("wrong_ca", Main::wrongCa);
    checks.add("wrong_password", () -> Checks.sqlstate(() -> Checks.connect(Map.of("password", "wrong"))));
    checks.add("unknown_database", () -> Checks.sqlstate(() -> Checks.connect(Map.of("database", "nowhere"))));
    checks.add("password_hook", Main::passwordHook);
    checks.with("parameters", Main::parameters);
    checks.add("types_text", () -> Checks.connected(Map.of("binaryTransfer", "false"), Main::types));
    checks.add("types_binary", () -> Checks.connected(Map.of("prepareThreshold", "-1"), Main::types));
    checks.with("nulls", Main::nulls);
    checks.with("prepared", Main::prepared);
    checks.add("prepared_many", Main::preparedMany);
    checks.with("pipeline", Main::pipeline);
    checks.with("pipeline_error", Main::pipelineError);
    checks.with("transaction", Main::transaction);
    checks.with("savepoint", Main::savepoint);
    checks.with("failed_transaction", Main::failedTransaction);
    checks.with("cursor", Main::cursor);
    checks.with("portal", Main::portal);
    checks.with("copy_out_text", connection -> copyOut(connection, ""));
    checks.with("copy_out_csv", connection -> copyOut(connection, "(format csv, header)"));
    checks.with("copy_out_binary", connection -> copyOut(connection, "(format binary)"));
    checks.with("copy_in_text", connection -> copyIn(connection, "", lines(i -> i + "\trow " + i + "\t\\N\n")));
    checks.with("copy_in_csv", connection -> copyIn(connection, "(format csv)", lines(i -> i + ",row " + i + ",\n")));
    checks.with("copy_in_binary", connection -> copyIn(connection, "(format binary)", binaryRows()));
    checks.with("copy_in_failed", Main::copyInFailed);
    checks.with("copy_in_aborted", Main::copyInAborted);
    checks.with("cancel", Main::cancel);
    checks.add("statement_timeout", Main::statementTimeout);
    checks.with("error_position", connection -> {
      ServerErrorMessage error = error(connection, "select nothing");
      return Arrays.asList(error.getSQLState(), error.getMessage(), String.valueOf(error.getPosition()));
    });
    checks.with("error_constraint", connection -> {
      ServerErrorMessage error = error(connection, "insert into samples (id) values (1)");
      return Arrays.asList(error.getSQLState(), error.getTable(), error.getConstraint(), error.getDetail());
    });
    checks.with("error_raised", connection -> {
      String sql = "do $$ begin raise 'told' using errcode = 'AB123', detail = 'more', hint = 'try'; end $$";
      ServerErrorMessage error = error(connection, sql);
      return Arrays.asList(error.getSeverity(), error.getSQLState(), error.getMessage(), error.getDetail(), error.getHint());
    });
    checks.with("large_text", Main::largeText);
    checks.with("large_bytea", Main::largeBytea);
    checks.with("notices", Main::notices);
    checks.with("notifications", Main::notifications);
    checks.add("several_statements", Main::severalStatements);
    checks.add("several_statements_error", Main::severalStatementsError);
    checks.with("empty_query", Main::emptyQuery);
    checks.add("stale_prepared", Main::stalePrepared);
    checks.with("discard_all", Main::discardAll);
    checks.with("large_result", Main::largeResult);
    checks.add("ten_connections", Main::tenConnections);
    checks.add("close", Main::close);
    checks.with("backend_pid", connection -> {
      Object pid = Checks.one(connection, "select pg_backend_pid()");
      return pid.equals(connection.unwrap(PGConnection.class).getBackendPID());
    });
    checks.with("session_end", connection -> {
      return Checks.sqlstate(() -> Checks.execute(connection, Checks.LAST_STATEMENT));
    });
    checks.run();
  }

  static Object wrongCa() throws Exception {
    try (Connection connection = Checks.connect(Map.of("sslrootcert", System.getenv("CLIENTS_OTHER_CA")))) {
      return "accepted";
    } catch (SQLException failure) {
      return String.valueOf(failure.getCause()).contains("PKIX path") ? "refused" : String.valueOf(failure.getCause());
    }
  }

  /** pgJDBC asks an object of this class for the password of each login. */
  public static final class FreshToken implements AuthenticationPlugin {
    @Override
    public char[] getPassword(AuthenticationRequestType type) {
      return System.getenv("PGPASSWORD").toCharArray();
    }
  }

  static Object passwordHook() throws Exception {
    Map<String, String> hook = Map.of("password", "stale", "authenticationPluginClassName", FreshToken.class.getName());
    return Checks.connected(hook, connection -> Checks.one(connection, "select 1"));
  }

  static Object parameters(Connection connection) throws SQLException {
    Checks.execute(connection, "set TimeZone = 'Asia/Kathmandu'");
    Map<String, String> heard = connection.unwrap(PGConnection.class).getParameterStatuses();
    Map<String, Object> got = new LinkedHashMap<>();
    for (String name : List.of("client_encoding", "standard_conforming_strings", "TimeZone")) got.put(name, heard.get(name));
    String name = (String) Checks.one(connection, "show application_name");
    got.put("application_name", name.endsWith(Checks.APPLICATION));
    return new Checks.Seen(got, Arrays.asList(heard.get("server_version"), heard.get("DateStyle"), heard.get("is_superuser")));
  }

  static Object types(Connection connection) throws SQLException {
    Map<String, Object> got = new LinkedHashMap<>();
    Map<String, Object> seen = new LinkedHashMap<>();
    ResultSet columns = connection.createStatement().executeQuery(Checks.COLUMNS);
    while (columns.next()) {
      String name = columns.getString(1);
      Object value = Checks.one(connection, "select \"" + name + "\" from samples where id = 1");
      String same = "select to_jsonb(?::" + columns.getString(2) + ") = to_jsonb(\"" + name + "\") from samples where id = 1";
      seen.put(name, value instanceof byte[] bytes ? Arrays.toString(bytes) : value.toString());
      got.put(name, Checks.one(connection, same, value));
    }
    return new Checks.Seen(got, seen);
  }

  static Object nulls(Connection connection) throws SQLException {
    ResultSet row = connection.createStatement().executeQuery("select * from samples where id = 2");
    row.next();
    int count = 0;
    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) if (row.getObject(i) == null) count++;
    return count;
  }

  static Object prepared(Connection connection) throws SQLException {
    List<Integer> got = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement("select ?::int * 2")) {
      statement.unwrap(org.postgresql.PGStatement.class).setPrepareThreshold(1);
      for (int number = 1; number <= 3; number++) {
        statement.setInt(1, number);
        ResultSet row = statement.executeQuery();
        row.next();
        got.add(row.getInt(1));
      }
    }
    return got;
  }

  static Object preparedMany() throws Exception {
    Map<String, String> small = Map.of("prepareThreshold", "1", "preparedStatementCacheQueries", "40");
    return Checks.connected(small, connection -> {
      int total = 0;
      for (int i = 0; i < 120; i++) total += (int) Checks.one(connection, "select ?::int + " + (i % 60 + 1), 0);
      return total;
    });
  }

  static void batch(Connection connection, String sql, int... numbers) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int number : numbers) {
        statement.setInt(1, number);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  static Object pipeline(Connection connection) throws SQLException {
    Checks.execute(connection, "create temp table t (i int)");
    batch(connection, "insert into t values (?)", IntStream.rangeClosed(1, 20).toArray());
    return Checks.one(connection, "select sum(i) from t");
  }

  static Object pipelineError(Connection connection) throws Exception {
    Checks.execute(connection, "create temp table t (i int)");
    String state = Checks.sqlstate(() -> batch(connection, "insert into t values (1 / ?)", 1, 0, 1));
    return Arrays.asList(state, Checks.one(connection, "select count(*) from t"));
  }

  static Object transaction(Connection connection) throws SQLException {
    Checks.execute(connection, "create temp table t (i int)");
    connection.setAutoCommit(false);
    Checks.execute(connection, "insert into t values (1)");
    connection.commit();
    Checks.execute(connection, "insert into t values (2)");
    connection.rollback();
    return Checks.list(connection, "select i from t");
  }

  static Object savepoint(Connection connection) throws Exception {
    connection.setAutoCommit(false);
    Checks.execute(connection, "create temp table t (i int)", "insert into t values (1)");
    Savepoint savepoint = connection.setSavepoint("s");
    Checks.sqlstate(() -> Checks.execute(connection, "insert into t values (2)", "select 1 / 0"));
    connection.rollback(savepoint);
    Checks.execute(connection, "insert into t values (3)");
    connection.commit();
    return Checks.list(connection, "select i from t order by i");
  }

  static Object failedTransaction(Connection connection) throws Exception {
    connection.setAutoCommit(false);
    String first = Checks.sqlstate(() -> Checks.execute(connection, "select 1 / 0"));
    String second = Checks.sqlstate(() -> Checks.execute(connection, "select 1"));
    connection.rollback();
    return Arrays.asList(first, second, Checks.one(connection, "select 1"));
  }

  static Object cursor(Connection connection) throws SQLException {
    Checks.execute(connection, "begin", "declare c cursor for select generate_series(1, 10)");
    List<Integer> got = new ArrayList<>();
    for (int i = 0; i < 4; i++) got.add(Checks.list(connection, "fetch 3 from c").size());
    return got;
  }

  static Object portal(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    int count = 0, total = 0;
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(100);
      ResultSet rows = statement.executeQuery("select generate_series(1, 1000)");
      for (; rows.next(); count++) total += rows.getInt(1);
    }
    return List.of(count, total);
  }

  static CopyManager copy(Connection connection) throws SQLException {
    return connection.unwrap(PGConnection.class).getCopyAPI();
  }

  static Object copyOut(Connection connection, String options) throws Exception {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    copy(connection).copyOut("copy (" + Checks.ROWS + ") to stdout " + options, data);
    return List.of(data.size(), Checks.hash(data.toByteArray()));
  }

  static byte[] lines(IntFunction<String> row) {
    return Checks.bytes(IntStream.rangeClosed(1, 1000).mapToObj(row).collect(Collectors.joining()));
  }

  static byte[] binaryRows() {
    ByteBuffer data = ByteBuffer.allocate(50000);
    data.put(new byte[] {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 255, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0});
    for (int i = 1; i <= 1000; i++) {
      byte[] text = Checks.bytes("row " + i);
      data.putShort((short) 3).putInt(4).putInt(i).putInt(text.length).put(text).putInt(-1);
    }
    data.putShort((short) -1);
    return Arrays.copyOf(data.array(), data.position());
  }

  static Object copyIn(Connection connection, String options, byte[] data) throws Exception {
    Checks.execute(connection, "create temp table t (i int, t text, n text)");
    copy(connection).copyIn("copy t from stdin " + options, new ByteArrayInputStream(data));
    ResultSet row = connection.createStatement().executeQuery("select count(*), sum(i) from t where n is null");
    row.next();
    return List.of(row.getLong(1), row.getLong(2));
  }

  static Object copyInFailed(Connection connection) throws Exception {
    Checks.execute(connection, "create temp table t (i int)");
    StringReader broken = new StringReader("1\nnot a number\n" + "2\n".repeat(50000));
    String state = Checks.sqlstate(() -> copy(connection).copyIn("copy t from stdin", broken));
    return Arrays.asList(state, Checks.one(connection, "select count(*) from t"));
  }

  static Object copyInAborted(Connection connection) throws Exception {
    Checks.execute(connection, "create temp table t (i int)");
    CopyIn operation = copy(connection).copyIn("copy t from stdin");
    operation.writeToCopy(Checks.bytes("1\n"), 0, 2);
    operation.cancelCopy(); // reads the server's 57014 itself
    return Arrays.asList("57014", Checks.one(connection, "select count(*) from t"));
  }

  static Object cancel(Connection connection) throws Exception {
    Statement statement = connection.createStatement();
    Thread canceller = new Thread(() -> {
      try {
        Thread.sleep(300);
        statement.cancel();
      } catch (Exception failure) {
        throw new IllegalStateException(failure);
      }
    });
    canceller.start();
    String state = Checks.sqlstate(() -> statement.execute("select pg_sleep(20)"));
    canceller.join();
    return Arrays.asList(state, Checks.one(connection, "select 1"));
  }

  static Object statementTimeout() throws Exception {
    return Checks.connected(Map.of("options", "-c statement_timeout=200"), connection -> {
      String state = Checks.sqlstate(() -> Checks.execute(connection, "select pg_sleep(20)"));
      return Arrays.asList(state, Checks.one(connection, "select 1"));
    });
  }

  static ServerErrorMessage error(Connection connection, String sql) throws SQLException {
    try {
      Checks.execute(connection, sql);
    } catch (PSQLException failure) {
      return failure.getServerErrorMessage();
    }
    throw new IllegalStateException("no error");
  }

  static Object largeText(Connection connection) throws Exception {
    String value = Checks.FIVE_MEGABYTES;
    return List.of(
        Checks.one(connection, "select md5(?)", value).equals(Checks.hash(Checks.bytes(value))),
        Checks.one(connection, "select repeat(?, 524288)", value.substring(0, 9)).equals(value));
  }

  static Object largeBytea(Connection connection) throws Exception {
    byte[] value = Checks.bytes(Checks.FIVE_MEGABYTES);
    return List.of(
        Checks.one(connection, "select md5(?::bytea)", value).equals(Checks.hash(value)),
        Arrays.equals((byte[]) Checks.one(connection, "select ?::bytea", value), value));
  }

  static Object notices(Connection connection) throws SQLException {
    List<String> heard = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      statement.execute("do $$ begin raise notice 'one'; raise warning 'two'; end $$");
      for (SQLWarning each = statement.getWarnings(); each != null; each = each.getNextWarning()) {
        heard.add(((org.postgresql.util.PSQLWarning) each).getServerErrorMessage().getMessage());
      }
    }
    return heard;
  }

  static Object notifications(Connection listener) throws Exception {
    Checks.execute(listener, "listen clients_pgjdbc");
    Checks.connected(Map.of(), speaker -> {
      Checks.execute(speaker, "select pg_notify('clients_pgjdbc', repeat('x', 7000))");
      return null;
    });
    List<Object> heard = new ArrayList<>();
    for (PGNotification event : listener.unwrap(PGConnection.class).getNotifications(5000)) {
      heard.add(List.of(event.getName().split("_")[0], event.getParameter().length()));
    }
    return heard;
  }

  static final Map<String, String> SIMPLE = Map.of("preferQueryMode", "simple");

  static Object severalStatements() throws Exception {
    String sql = "create temp table t (i int); insert into t values (1), (2); select i from t; select 'two'";
    return Checks.connected(SIMPLE, connection -> {
      List<Object> results = new ArrayList<>();
      Statement statement = connection.createStatement();
      boolean rows = statement.execute(sql);
      while (rows || statement.getUpdateCount() != -1) {
        if (rows) {
          List<Object> values = new ArrayList<>();
          ResultSet result = statement.getResultSet();
          while (result.next()) values.add(result.getObject(1));
          results.add(values);
        }
        rows = statement.getMoreResults();
      }
      return results;
    });
  }

  static Object severalStatementsError() throws Exception {
    return Checks.connected(SIMPLE, connection -> {
      Checks.execute(connection, "create temp table t (i int)");
      String sql = "insert into t values (1); select 1 / 0; insert into t values (2)";
      String state = Checks.sqlstate(() -> Checks.execute(connection, sql));
      return Arrays.asList(state, Checks.one(connection, "select count(*) from t"));
    });
  }

  static Object emptyQuery(Connection connection) throws SQLException {
    boolean rows = connection.createStatement().execute("");
    return Arrays.asList(!rows, Checks.one(connection, "select 1"));
  }

  /** Autosave would prepare again; without it the driver reports the lost statement once. */
  static Object stalePrepared() throws Exception {
    return Checks.connected(Map.of("prepareThreshold", "1"), connection -> {
      PreparedStatement statement = connection.prepareStatement("select ?::int");
      statement.setInt(1, 1);
      statement.executeQuery();
      Checks.execute(connection, "select 1", "deallocate all");
      String state = Checks.sqlstate(statement::executeQuery);
      return new Checks.Seen(Checks.one(connection, "select 2"), String.valueOf(state));
    });
  }

  static Object discardAll(Connection connection) throws Exception {
    Checks.execute(connection, "set TimeZone = 'Asia/Kathmandu'", "create temp table t (i int)", "discard all");
    String state = Checks.sqlstate(() -> Checks.execute(connection, "select * from t"));
    return Arrays.asList(state, connection.unwrap(PGConnection.class).getParameterStatus("TimeZone"));
  }

  static Object largeResult(Connection connection) throws SQLException {
    ResultSet rows = connection.createStatement().executeQuery("select i, 'row ' || i from generate_series(1, 50000) i");
    long count = 0, total = 0;
    for (; rows.next(); count++) total += rows.getInt(1);
    return List.of(count, total);
  }

  static Object tenConnections() throws Exception {
    List<Connection> connections = new ArrayList<>();
    int total = 0;
    for (int i = 0; i < 10; i++) connections.add(Checks.connect(Map.of()));
    for (int i = 0; i < 10; i++) total += (int) Checks.one(connections.get(i), "select ?::int", i + 1);
    for (Connection connection : connections) connection.close();
    return total;
  }

  static Object close() throws Exception {
    Object pid = Checks.connected(Map.of(), connection -> Checks.one(connection, "select pg_backend_pid()"));
    return Checks.connected(Map.of(), connection -> {
      for (int i = 0; i < 50; i++) {
        if (Checks.one(connection, "select count(*) from pg_stat_activity where pid = ?", pid).equals(0L)) return "gone";
        Thread.sleep(100);
      }
      return "still there";
    });
  }
}
