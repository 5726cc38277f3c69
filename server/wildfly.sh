# shellcheck shell=bash
# How WildFly runs the EAR. Wants EAR, ROOT and the functions of payara.sh.

# wildfly_install ZIP HOME: unpacks the distribution and gives it Cloude's configuration, once for
# each version of both.
wildfly_install() {
  local zip=$1 home=$2 new
  [ -f "$home/.configured" ] && [ "$home/.configured" -nt "$ROOT/server/wildfly.cli" ] && return 0
  new=$(mktemp -d "$(dirname "$home")/.new.XXXXXX")
  (cd "$new" && jar xf "$zip")
  mv "$new"/wildfly-* "$new/wildfly"
  chmod +x "$new/wildfly/bin/jboss-cli.sh"
  (
    cd "$new/wildfly"
    export JBOSS_HOME=$PWD
    bin/jboss-cli.sh --file=docs/examples/enable-microprofile.cli &&
      bin/jboss-cli.sh --file="$ROOT/server/wildfly.cli"
  ) >"$new/log" 2>&1 || {
    cat "$new/log" >&2
    rm -rf "$new"
    return 1
  }
  rm -rf "$new/wildfly/standalone/configuration/standalone_xml_history" "$home"
  mv "$new/wildfly" "$home"
  rm -rf "$new"
  touch "$home/.configured"
}

# wildfly_command INSTALLATION HOME [JVM_OPTION...]: prepares HOME/wildfly with the archive, and sets
# WILDFLY_COMMAND to what runs the server in the foreground. Its database is HOME/data/wildfly.
# SIGTERM ends it in order. Health is at the management port: wildfly_health_url.
wildfly_command() {
  local installation=$1 home=$2 base=$2/wildfly module format
  shift 2
  format=$(log_format) || return
  rm -rf "$base" "$home/tmp"
  mkdir -p "$base/deployments" "$base/log" "$home/data" "$home/tmp"
  cp -r "$installation/standalone/configuration" "$base/"
  cp "$EAR" "$base/deployments/"
  [ "$format" = json ] && wildfly_json_log "$base/configuration"
  # As in the server's own bin/common.sh, for the parts that are used here.
  local opens=()
  for module in java.base/java.lang java.base/java.lang.invoke java.base/java.lang.reflect \
    java.base/java.io java.base/java.net java.base/java.security java.base/java.util \
    java.base/java.util.concurrent java.management/javax.management java.naming/javax.naming; do
    opens+=("--add-opens=$module=ALL-UNNAMED")
  done
  WILDFLY_COMMAND=(
    java -Xmx768m "$@" "${opens[@]}"
    "-Djava.io.tmpdir=$home/tmp" -Djava.awt.headless=true
    "-Dorg.jboss.boot.log.file=$base/log/server.log"
    "-Dlogging.configuration=file:$base/configuration/logging.properties"
    -Djboss.modules.system.pkgs=org.jboss.byteman
    -jar "$installation/jboss-modules.jar" -mp "$installation/modules"
    org.jboss.as.standalone
    "-Djboss.home.dir=$installation" "-Djboss.server.base.dir=$base"
    "-Dcloude.database=$home/data/wildfly"
    -b "$(listen_address)" "-Djboss.http.port=$(listen_port)"
    -bmanagement 127.0.0.1 "-Djboss.management.http.port=${WILDFLY_MANAGEMENT_PORT:-9990}"
  )
}

# wildfly_json_log FOLDER: the console's formatter in a configuration of its own, and in that of the
# time before the configuration is read.
wildfly_json_log() {
  sed -i '/<console-handler /,/<\/console-handler>/s/named-formatter name="[^"]*"/named-formatter name="JSON"/' "$1/standalone.xml"
  sed -i 's/^handler.CONSOLE.formatter=.*/handler.CONSOLE.formatter=JSON/' "$1/logging.properties"
  printf '\n%s\n' formatter.JSON=org.jboss.logmanager.formatters.JsonFormatter >>"$1/logging.properties"
}

# wildfly_health_url [live|ready|started]
wildfly_health_url() { echo "http://127.0.0.1:${WILDFLY_MANAGEMENT_PORT:-9990}/health/${1:-ready}"; }
