# shellcheck shell=bash
# What the other commands run on: archives, the agent, images. Built when a source has changed.

readonly AGENT=$ROOT/agent/target/cloude-agentd
readonly WAR=$ROOT/web/target/cloude.war
readonly EAR=$ROOT/ear/target/cloude.ear
readonly CLI=$ROOT/cli/target/cloude-cli.jar
readonly BUILDER=$ROOT/initramfs/target/initramfs-builder.jar
# Its class path is in its manifest.
readonly VMM_JAR=$ROOT/vmm-jna/target/vmm-jna-0.1.0.jar
readonly BUILD_STAMP=$ROOT/target/built
readonly IMAGES=$CACHE/images

# A JVM that lives for seconds is quicker without the second compiler.
readonly JAVA_SHORT=(java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto)

maven() { (cd "$ROOT" && mvn -B -ntp -q "$@"); }

# A digest of every source file, so that nothing stale is ever run.
source_digest() {
  (cd "$ROOT" && find . \( -name target -o -name .git -o -name docs \) -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
}

ensure_built() {
  local file
  if in_lab; then
    for file in "$AGENT" "$WAR" "$CLI" "$BUILDER"; do
      [ -f "$file" ] || die "$file is missing: run './cloude doctor --prepare' outside the lab first"
    done
    return 0
  fi
  need javac mvn go
  require_jdk_17
  if [ "$(cat "$BUILD_STAMP" 2>/dev/null)" != "$(source_digest)" ]; then
    step "building the agent" build_agent
    step "building the archives" maven -DskipTests -Dspotless.check.skip package
    mark_built
  fi
}

mark_built() {
  mkdir -p "$ROOT/target"
  source_digest >"$BUILD_STAMP"
}

require_jdk_17() {
  local major
  major=$(javac -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
  [ "${major:-0}" -ge 17 ] || die "javac is version ${major:-unknown}: Cloude needs a JDK 17 or newer"
}

build_agent() { sh "$ROOT/agent/build.sh"; }

# ensure_images [LANGUAGE...]: builds the language images that are missing or no longer current, as disks and
# as archives: not every driver has disks.
ensure_images() {
  if in_lab; then
    compgen -G "$IMAGES/*.meta" >/dev/null ||
      die "$IMAGES holds no image: run './cloude doctor --prepare' outside the lab first"
    return 0
  fi
  need mmdebstrap zstd mkfs.erofs cpio
  [ "$(id -u)" -eq 0 ] || need fakeroot
  step "checking the language images${*:+ ($*)}" build_images "$@"
}

# build_images [LANGUAGE...]: every image is tried; fails when one could not be built.
build_images() {
  local language arguments=() rc=0
  for language in "$@"; do
    arguments+=(--language "$language")
  done
  builder erofs "${arguments[@]}" || rc=$?
  builder none "${arguments[@]}" || rc=$?
  return "$rc"
}

# builder COMPRESSION ARGUMENT...
builder() {
  local compression=$1
  shift
  "${JAVA_SHORT[@]}" -jar "$BUILDER" build --compression "$compression" \
    --catalogue "${LANGUAGES_CONFIG_PATH:-$ROOT/config/languages.json}" --output "$IMAGES" \
    --agent "$AGENT" --modules "$GUEST_KERNEL/modules" "$@"
}

# maven_copy GROUP:ARTIFACT:VERSION[:TYPE] FILE: a file from Maven Central, fetched once.
maven_copy() {
  local artifact=$1 file=$2 work
  [ -f "$file" ] && return 0
  in_lab && die "$file is missing: run './cloude doctor --prepare' outside the lab first"
  mkdir -p "$(dirname "$file")"
  work=$(mktemp -d "$(dirname "$file")/.new.XXXXXX")
  maven dependency:copy "-Dartifact=$artifact" "-DoutputDirectory=$work" &&
    mv "$work"/* "$file" && rmdir "$work"
}

# pom_version PROPERTY: a version from the one place where versions stand.
pom_version() { sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" "$ROOT/pom.xml"; }
