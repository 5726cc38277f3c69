package dev.cloude.ejb.database;

/** The persistence providers of the servers that we run on. */
public enum Provider {
  /** Payara's. */
  ECLIPSELINK("org.eclipse.persistence.jpa.PersistenceProvider"),
  /** WildFly's. */
  HIBERNATE("org.hibernate.jpa.HibernatePersistenceProvider");

  private final String className;

  Provider(String className) {
    this.className = className;
  }

  String className() {
    return className;
  }
}
