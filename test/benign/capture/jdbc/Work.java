// pgJDBC: DatabaseMetaData as IDEs and report tools ask it, and the ways in which applications read and write.
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

public class Work {
  interface Scenario {
    void run(Connection connection) throws SQLException;
  }

  public static void main(String[] args) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", System.getenv("PGUSER"));
    properties.setProperty("password", System.getenv("PGPASSWORD"));
    properties.setProperty("sslmode", "disable");
    if (args.length > 1) properties.setProperty("preferQueryMode", args[1]);
    String url = "jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/"
        + System.getenv("PGDATABASE");
    try (Connection connection = DriverManager.getConnection(url, properties)) {
      scenario(args[0]).run(connection);
    }
  }

  static Scenario scenario(String name) {
    return switch (name) {
      case "metadata" -> Work::metadata;
      case "metadata-more" -> Work::metadataMore;
      case "queries" -> Work::queries;
      case "masked" -> Work::masked;
      case "cursor" -> Work::cursor;
      case "batch" -> Work::batch;
      case "updatable" -> Work::updatable;
      default -> throw new IllegalArgumentException(name);
    };
  }

  static void drain(ResultSet rows) throws SQLException {
    ResultSetMetaData columns = rows.getMetaData();
    for (int at = 1; at <= columns.getColumnCount(); at++) {
      columns.getColumnTypeName(at);
      columns.getColumnClassName(at);
    }
    while (rows.next()) rows.getObject(1);
    rows.close();
  }

  static void metadata(Connection connection) throws SQLException {
    DatabaseMetaData about = connection.getMetaData();
    drain(about.getCatalogs());
    drain(about.getSchemas());
    drain(about.getTableTypes());
    drain(about.getTables(null, "public", "%", null));
    drain(about.getTables(null, null, "%", new String[] {"TABLE", "VIEW"}));
    drain(about.getColumns(null, "public", "%", "%"));
    drain(about.getPrimaryKeys(null, "public", "orders"));
    drain(about.getImportedKeys(null, "public", "orders"));
    drain(about.getExportedKeys(null, "public", "customers"));
    drain(about.getCrossReference(null, "public", "customers", null, "public", "orders"));
    drain(about.getIndexInfo(null, "public", "docs", false, true));
    drain(about.getTypeInfo());
  }

  static void metadataMore(Connection connection) throws SQLException {
    DatabaseMetaData about = connection.getMetaData();
    drain(about.getProcedures(null, "public", "%"));
    drain(about.getProcedureColumns(null, "public", "%", "%"));
    drain(about.getFunctions(null, "public", "%"));
    drain(about.getFunctionColumns(null, "public", "%", "%"));
    drain(about.getUDTs(null, "public", "%", null));
    drain(about.getTablePrivileges(null, "public", "%"));
    drain(about.getColumnPrivileges(null, "public", "orders", "%"));
    drain(about.getBestRowIdentifier(null, "public", "orders", DatabaseMetaData.bestRowSession, false));
    drain(about.getVersionColumns(null, "public", "orders"));
    drain(about.getClientInfoProperties());
    about.getSQLKeywords();
    about.getMaxColumnNameLength();
    about.getDatabaseProductVersion();
    about.getDefaultTransactionIsolation();
    connection.getSchema();
    connection.getCatalog();
    connection.setClientInfo("ApplicationName", "reports");
  }

  static void queries(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM orders WHERE id = ?")) {
      for (int id = 1; id <= 7; id++) {
        statement.setInt(1, id);
        drain(statement.executeQuery());
      }
    }
    try (PreparedStatement insert = connection.prepareStatement(
        "INSERT INTO notes (body) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
      insert.setString(1, "by JDBC");
      insert.executeUpdate();
      drain(insert.getGeneratedKeys());
    }
    try (Statement statement = connection.createStatement()) {
      drain(statement.executeQuery("SELECT {fn upper(n_name)}, {fn length(n_name)} FROM h_nation ORDER BY 1"));
      drain(statement.executeQuery("SELECT * FROM alltypes ORDER BY id"));
      statement.setQueryTimeout(5);
      statement.setMaxRows(10);
      drain(statement.executeQuery("SELECT * FROM h_orders ORDER BY 1"));
    }
    connection.isValid(5);
  }

  static void masked(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM customers WHERE id < ? ORDER BY id")) {
      for (int id = 5; id <= 11; id++) {
        statement.setInt(1, id);
        drain(statement.executeQuery());
      }
    }
  }

  static void cursor(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    connection.setReadOnly(true);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try (PreparedStatement statement = connection.prepareStatement("SELECT l_orderkey FROM h_lineitem ORDER BY 1, l_linenumber LIMIT 500")) {
      statement.setFetchSize(100);
      drain(statement.executeQuery());
    }
    connection.commit();
  }

  static void batch(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement statement = connection.prepareStatement("INSERT INTO notes (body) VALUES (?)")) {
      for (int number = 0; number < 20; number++) {
        statement.setString(1, "note " + number);
        statement.addBatch();
      }
      statement.executeBatch();
    }
    var savepoint = connection.setSavepoint("before");
    try (PreparedStatement statement = connection.prepareStatement("UPDATE orders SET amount = ? WHERE id = ?")) {
      statement.setBigDecimal(1, java.math.BigDecimal.TEN);
      statement.setInt(2, 17);
      statement.executeUpdate();
    }
    connection.rollback(savepoint);
    connection.commit();
  }

  static void updatable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
        ResultSet rows = statement.executeQuery("SELECT id, note FROM orders WHERE id = 18")) {
      rows.next();
      rows.updateString("note", "updated in place");
      rows.updateRow();
      rows.last();
    }
  }
}
