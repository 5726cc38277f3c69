package dev.cloude.ejb.database;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/** Sees what a persistence provider asks of H2, and has H2 say what each question costs it. */
public final class RecordedStatements {
  private static final Pattern SCANNED = Pattern.compile("scanCount: (\\d+)");

  /**
   * A statement as it was executed.
   *
   * @param parameters by their place, from 1
   */
  public record Statement(String sql, Map<Integer, Object> parameters) {}

  private final DataSource database;
  private final List<Statement> seen = new CopyOnWriteArrayList<>();

  /** Of a database in memory. */
  public RecordedStatements(DataSource database) {
    this.database = database;
  }

  /** The database, with everything recorded. */
  public DataSource dataSource() {
    return proxy(DataSource.class, database, this::connection);
  }

  private Object connection(Object made, Object[] unused) {
    return proxy(Connection.class, made, this::statement);
  }

  private Object statement(Object made, Object[] arguments) {
    if (!(made instanceof PreparedStatement)) {
      return made;
    }
    Map<Integer, Object> parameters = new TreeMap<>();
    String sql = (String) arguments[0];
    BiConsumer<String, Object[]> note =
        (method, values) -> {
          if (method.startsWith("set") && values.length >= 2 && values[0] instanceof Integer at) {
            parameters.put(at, method.equals("setNull") ? null : values[1]);
          } else if (method.startsWith("execute")) {
            seen.add(new Statement(sql, new TreeMap<>(parameters)));
          }
        };
    return Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {PreparedStatement.class},
        (self, method, values) -> {
          note.accept(method.getName(), values == null ? new Object[0] : values);
          return call(() -> method.invoke(made, values));
        });
  }

  private interface Wrapped {
    Object of(Object made, Object[] arguments);
  }

  private static <T> T proxy(Class<T> type, Object target, Wrapped how) {
    return type.cast(
        Proxy.newProxyInstance(
            RecordedStatements.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, values) -> {
              Object made = call(() -> method.invoke(target, values));
              return made instanceof Connection || made instanceof PreparedStatement
                  ? how.of(made, values)
                  : made;
            }));
  }

  private interface Call {
    Object make() throws Exception;
  }

  private static Object call(Call call) throws Throwable {
    try {
      return call.make();
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Forgets what was seen. */
  public void clear() {
    seen.clear();
  }

  /** The questions that were asked, each as often as it was. */
  public List<Statement> questions() {
    return seen.stream()
        .filter(statement -> statement.sql().regionMatches(true, 0, "select", 0, 6))
        .toList();
  }

  /** How many rows H2 looks at to answer a question again. */
  public long scanned(Statement question) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement explain =
            connection.prepareStatement("explain analyze " + question.sql())) {
      for (Map.Entry<Integer, Object> parameter : question.parameters().entrySet()) {
        explain.setObject(parameter.getKey(), parameter.getValue());
      }
      try (ResultSet plan = explain.executeQuery()) {
        plan.next();
        Matcher scans = SCANNED.matcher(plan.getString(1));
        long all = 0;
        while (scans.find()) {
          all += Long.parseLong(scans.group(1));
        }
        return all;
      }
    }
  }
}
