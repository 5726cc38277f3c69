# shellcheck shell=bash
# How Payara Micro runs the WAR. Wants PAYARA (the server's jar), WAR (or another one, PAYARA_WAR) and
# ROOT to be set.

# listen_address, listen_port: the two halves of BACKEND_SERVER_ADDR, as in 127.0.0.1:8080 or [::1]:8080.
listen_address() {
  local address=${BACKEND_SERVER_ADDR:-127.0.0.1:8080}
  address=${address%:*}
  address=${address#[}
  echo "${address%]}"
}

listen_port() {
  local address=${BACKEND_SERVER_ADDR:-127.0.0.1:8080}
  echo "${address##*:}"
}

# log_format: text or json, as LOG_FORMAT says.
log_format() {
  case ${LOG_FORMAT:-text} in
    text | json) echo "${LOG_FORMAT:-text}" ;;
    *)
      echo "LOG_FORMAT is \"$LOG_FORMAT\", but must be text or json." >&2
      return 2
      ;;
  esac
}

# payara_command HOME [JVM_OPTION...]: sets PAYARA_COMMAND to what runs the server in the
# foreground. Its database is HOME/data/cloude, everything else it writes is under HOME/tmp.
# HOME/tmp is emptied: what a killed server had deployed would be deployed twice otherwise.
# With DATABASE_URL set, as in jdbc:postgresql://HOST/NAME?user=U&password=P, that PostgreSQL is the
# database instead, by the driver whose jar is DATABASE_DRIVER.
# SIGTERM ends the server in order. Health is at the address itself: payara_health_url.
payara_command() {
  local home=$1 format options=() words=()
  shift
  local preboot=payara-preboot.txt libraries=()
  if [ -n "${DATABASE_URL:-}" ]; then
    preboot=payara-postgresql.txt
    libraries=(--addLibs "${DATABASE_DRIVER:?names no jar}")
  fi
  format=$(log_format) || return
  if [ "$format" = json ]; then
    words+=(--logproperties "$ROOT/server/payara-json-log.properties")
    # For the server's very last words: its own formatter is gone by then. The dollars are the format's.
    # shellcheck disable=SC2016
    options+=('-Djava.util.logging.SimpleFormatter.format={"Timestamp":"%1$tFT%1$tT.%1$tL%1$tz","Level":"%4$s","LogMessage":"%5$s"}%n')
  fi
  rm -rf "$home/tmp"
  mkdir -p "$home/data" "$home/tmp"
  PAYARA_COMMAND=(
    java -Xmx768m "$@" "${options[@]}"
    "-Djava.io.tmpdir=$home/tmp"
    "-Dcloude.database=$home/data/cloude"
    "-Dcloude.address=$(listen_address)"
    -jar "$PAYARA"
    # Nobody's cluster is joined and nobody is called.
    --nohazelcast --disablephonehome
    --prebootcommandfile "$ROOT/server/$preboot" "${libraries[@]}"
    --port "$(listen_port)"
    "${words[@]}"
    --contextroot / --deploy "${PAYARA_WAR:-$WAR}"
  )
}

# payara_health_url [live|ready|started]
payara_health_url() { echo "http://${BACKEND_SERVER_ADDR:-127.0.0.1:8080}/health/${1:-ready}"; }
