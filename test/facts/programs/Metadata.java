// What pgjdbc asks for its metadata, and for results that can be updated.

import java.lang.reflect.Method;
import java.sql.*;
import java.util.*;

public class Metadata {
  public static void main(String[] arguments) throws Exception {
    Map<String, String> env = System.getenv();
    String url = "jdbc:postgresql://" + env.get("PGHOST") + ":" + env.get("PGPORT") + "/" + env.get("PGDATABASE") + "?sslmode=disable&gssEncMode=disable";
    try (Connection connection = DriverManager.getConnection(url, env.get("PGUSER"), env.get("PGPASSWORD"))) {
      DatabaseMetaData metadata = connection.getMetaData();
      // Every question that takes names only, each with names that match much and that match one thing.
      for (Method method : DatabaseMetaData.class.getMethods()) {
        for (String name : new String[] {"%", "customer"}) {
          Object[] values = new Object[method.getParameterCount()];
          Class<?>[] types = method.getParameterTypes();
          for (int at = 0; at < types.length; at++) {
            if (types[at] == String.class) values[at] = at < 2 && types.length > 2 ? null : name;
            else if (types[at] == boolean.class) values[at] = true;
            else if (types[at] == int.class) values[at] = DatabaseMetaData.bestRowSession;
          }
          try {
            Object answer = method.invoke(metadata, values);
            if (answer instanceof ResultSet rows) while (rows.next()) rows.getString(1);
          } catch (ReflectiveOperationException unsupported) {
            // Not every method is implemented.
          }
        }
      }
      for (int kind : new int[] {ResultSet.TYPE_FORWARD_ONLY, ResultSet.TYPE_SCROLL_INSENSITIVE}) {
        try (Statement statement = connection.createStatement(kind, ResultSet.CONCUR_UPDATABLE);
            ResultSet rows = statement.executeQuery("SELECT id, label FROM folder ORDER BY id")) {
          ResultSetMetaData columns = rows.getMetaData();
          for (int at = 1; at <= columns.getColumnCount(); at++) {
            columns.isAutoIncrement(at);
            columns.isNullable(at);
            columns.getTableName(at);
          }
          if (rows.next()) {
            rows.updateString("label", "x");
            rows.updateRow();
          }
        }
      }
      connection.setAutoCommit(false);
      for (int round = 0; round < 7; round++) {
        try (PreparedStatement statement = connection.prepareStatement("SELECT name, ? + id FROM customer WHERE id > ? AND name = ANY (?)")) {
          statement.setFetchSize(2);
          statement.setInt(1, round);
          statement.setInt(2, round);
          statement.setArray(3, connection.createArrayOf("text", new String[] {"a"}));
          statement.executeQuery();
          statement.getParameterMetaData().getParameterTypeName(1);
        }
      }
      Savepoint savepoint = connection.setSavepoint("here");
      try (PreparedStatement statement = connection.prepareStatement("INSERT INTO folder (id, label) VALUES (?, ?)", Statement.RETURN_GENERATED_KEYS)) {
        for (int id = 1000; id < 1004; id++) {
          statement.setInt(1, id);
          statement.setString(2, "many");
          statement.addBatch();
        }
        statement.executeBatch();
      }
      connection.rollback(savepoint);
      try (CallableStatement call = connection.prepareCall("{? = call upper(?)}")) {
        call.registerOutParameter(1, Types.VARCHAR);
        call.setString(2, "x");
        call.execute();
      }
      connection.commit();
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      connection.createStatement().executeQuery("SELECT * FROM rich");
      connection.commit();
    }
  }
}
