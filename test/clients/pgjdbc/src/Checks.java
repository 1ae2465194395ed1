// Runs the checks in order, prints one JSON line for each, and holds what they share.

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

final class Checks {
  interface Action {
    Object run() throws Exception;
  }

  interface Work {
    Object run(Connection connection) throws Exception;
  }

  interface Statements {
    void run() throws Exception;
  }

  /** The result of a check that this client has nothing for. */
  record Skip(String reason) {}

  /** A result whose second half is in the client's own words: compared between runs, not with the checklist. */
  record Seen(Object got, Object seen) {}

  static final String COLUMNS =
      "select attname::text, format_type(atttypid, atttypmod) from pg_attribute"
          + " where attrelid = 'samples'::regclass and attnum > 1 order by attnum";
  static final String ROWS = "select i, 'row ' || i, null from generate_series(1, 1000) i";
  static final String FIVE_MEGABYTES = "Größe 5M\n".repeat(524288);
  static final String APPLICATION = System.getenv("PGAPPNAME");

  static final String LAST_STATEMENT =
      System.getenv().getOrDefault("CLIENTS_LAST_STATEMENT", "select pg_terminate_backend(pg_backend_pid())");

  private final Map<String, Action> declared = new LinkedHashMap<>();

  void add(String name, Action action) {
    declared.put(name, action);
  }

  /** A check that works on one verified connection. */
  void with(String name, Work work) {
    add(name, () -> connected(Map.of(), work));
  }

  void run() {
    String wanted = System.getenv().getOrDefault("CLIENTS_CHECKS", "");
    declared.forEach((name, action) -> {
      if (wanted.isEmpty() || List.of(wanted.split(",")).contains(name)) System.out.println(attempt(name, action));
    });
  }

  private static String attempt(String name, Action action) {
    Map<String, Object> line = new LinkedHashMap<>(Map.of("check", name));
    try {
      Object result = action.run();
      if (result instanceof Skip skip) {
        line.put("skip", skip.reason());
        return json(line);
      }
      line.put("ok", true);
      line.put("got", result instanceof Seen both ? both.got() : result);
      if (result instanceof Seen both) line.put("seen", both.seen());
    } catch (Exception failure) {
      line.put("ok", false);
      line.put("got", failure.toString());
    }
    return json(line);
  }

  static Connection connect(Map<String, String> changes) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", System.getenv("PGUSER"));
    properties.setProperty("password", System.getenv("PGPASSWORD"));
    properties.setProperty("sslmode", "verify-full");
    properties.setProperty("sslrootcert", System.getenv("PGSSLROOTCERT"));
    properties.setProperty("ApplicationName", APPLICATION);
    String binding = System.getenv("PGCHANNELBINDING");
    if (binding != null) properties.setProperty("channelBinding", binding);
    properties.putAll(changes);
    String database = changes.getOrDefault("database", System.getenv("PGDATABASE"));
    String address = System.getenv("PGHOST") + ":" + System.getenv("PGPORT");
    return DriverManager.getConnection("jdbc:postgresql://" + address + "/" + database, properties);
  }

  static Object connected(Map<String, String> changes, Work work) throws Exception {
    try (Connection connection = connect(changes)) {
      return work.run(connection);
    }
  }

  static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) statement.execute(sql);
    }
  }

  static List<Object> list(Connection connection, String sql, Object... arguments) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.length; i++) statement.setObject(i + 1, arguments[i]);
      List<Object> values = new ArrayList<>();
      ResultSet rows = statement.executeQuery();
      while (rows.next()) values.add(rows.getObject(1));
      return values;
    }
  }

  static Object one(Connection connection, String sql, Object... arguments) throws SQLException {
    return list(connection, sql, arguments).get(0);
  }

  static String sqlstate(Statements statements) throws Exception {
    try {
      statements.run();
      return null;
    } catch (SQLException failure) {
      SQLException last = failure;
      while (last.getNextException() != null) last = last.getNextException();
      return last.getSQLState();
    }
  }

  static String hash(byte[] value) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(value));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String json(Object value) {
    if (value == null || value instanceof Number || value instanceof Boolean) return String.valueOf(value);
    if (value instanceof List<?> list) return list.stream().map(Checks::json).collect(Collectors.joining(",", "[", "]"));
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> json(String.valueOf(entry.getKey())) + ":" + json(entry.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    StringBuilder text = new StringBuilder("\"");
    for (char c : value.toString().toCharArray()) {
      if (c == '"' || c == '\\' || c < ' ') text.append(String.format("\\u%04x", (int) c));
      else text.append(c);
    }
    return text.append('"').toString();
  }
}
