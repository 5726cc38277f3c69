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
  (cd "$ROOT" && find . \( -name target -o -name .git -o -name docs -o -name .jqwik-database \) -prune -o -type f -print0 |
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
    # Said here, too: within a list of commands the shell goes on after one that fails.
    step "building the agent" build_agent || exit "$EXIT_PLATFORM"
    step "building the archives" maven -DskipTests -Dspotless.check.skip package || exit "$EXIT_PLATFORM"
    mark_built
  fi
}

mark_built() {
  mkdir -p "$ROOT/target"
  source_digest >"$BUILD_STAMP"
}

require_jdk_17() {
  local version major
  version=$(jdk_version javac)
  # A JDK without a release file tells by itself, which takes a JVM.
  [ -n "$version" ] || version=$(javac -version 2>&1 | sed -n 's/^javac //p')
  major=$(sed -n 's/^\([0-9]*\).*/\1/p' <<<"$version")
  [ "${major:-0}" -ge 17 ] || die "javac is version ${major:-unknown}: Cloude needs a JDK 17 or newer"
}

# jdk_version COMMAND: as its JDK's release file has it.
jdk_version() {
  local program
  program=$(readlink -f "$(command -v "$1")")
  sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"$/\1/p' "${program%/bin/*}/release" 2>/dev/null || true
}

build_agent() { sh "$ROOT/agent/build.sh"; }

# ensure_images [LANGUAGE...]: builds the language images that are missing or no longer current, as disks and
# as archives: not every driver has disks.
ensure_images() {
  local language arguments=()
  if in_lab; then
    have_image || die "$IMAGES holds no image: run './cloude doctor --prepare' outside the lab first"
    return 0
  fi
  need_image_tools
  for language in "$@"; do
    arguments+=(--language "$language")
  done
  step "checking the language images${*:+ ($*)}" build_images "${arguments[@]}"
}

# build_images OPTION...: both forms of every image; fails when one could not be built. The second is made of
# what the first has found: looking for something newer twice might give two answers.
build_images() {
  local option second=() rc=0
  for option in "$@"; do
    [ "$option" = --refresh ] || second+=("$option")
  done
  image_builder build --compression erofs "$@" || rc=$?
  [ "$rc" -ne "$EXIT_USAGE" ] || return "$rc"
  image_builder build --compression none "${second[@]}" || rc=$?
  [ "$rc" -ne 0 ] || keep_builder_classes "${second[@]}"
  return "$rc"
}

# The classes that a JVM has loaded to find images current, for the next ones: loading them is a third of a
# check. A JVM leaves aside what was kept for another jar or by another JVM.
builder_classes() { echo "${BUILDER%.jar}-$(jdk_version java).jsa"; }

# keep_builder_classes OPTION...: of a build that has nothing to do. Failing to keep them fails the JVM, so its
# exit code says nothing of the images.
keep_builder_classes() {
  local classes new
  classes=$(builder_classes)
  new=$classes.$BASHPID
  if [ "$classes" -nt "$BUILDER" ] || [ ! -w "${BUILDER%/*}" ]; then
    return 0
  fi
  # A JVM does not survive a file that is cut short.
  if ! { BUILDER_OPTIONS=-XX:ArchiveClassesAtExit=$new image_builder build --compression none "$@" &&
    sync "$new" && mv -f "$new" "$classes"; } >/dev/null 2>&1; then
    rm -f "$new"
  fi
}

images_folder() { echo "${VM_INITRAMFS_DIR:-$IMAGES}"; }
catalogue() { echo "${LANGUAGES_CONFIG_PATH:-$ROOT/config/languages.json}"; }

# The archive that starts disks is no image: it has no version.
have_image() { compgen -G "$(images_folder)/*-*.meta" >/dev/null; }

# image_builder COMMAND OPTION...: the builder with what this server's images are made of.
image_builder() {
  local command=$1 inputs
  shift
  inputs=(--catalogue "$(catalogue)" --output "$(images_folder)")
  if [ "$command" != prune ]; then
    inputs+=(--agent "${AGENT_BINARY_PATH:-$AGENT}" --modules "$STOCK_KERNEL/modules")
    [ -z "${INIT_SCRIPT_PATH:-}" ] || inputs+=(--init "$INIT_SCRIPT_PATH")
  fi
  "${JAVA_SHORT[@]}" -Xlog:cds=off -Xlog:cds+dynamic=off \
    "${BUILDER_OPTIONS:--XX:SharedArchiveFile=$(builder_classes)}" -jar "$BUILDER" "$command" "${inputs[@]}" "$@"
}

# What the catalogue's sources are fetched with, and what makes images of them.
need_image_tools() {
  local text images tools=(zstd mkfs.erofs cpio)
  text=$(tr '\n' ' ' <"$(catalogue)") || die "the catalogue $(catalogue) cannot be read"
  images=$(grep -oE '"base_image"[[:space:]]*:[[:space:]]*"[^"]*' <<<"$text" | grep -v '"oci:' || true)
  [[ $text != *'"packages"'* ]] || tools+=(mmdebstrap)
  [ -z "$images" ] || tools+=(skopeo)
  [ "$(id -u)" -eq 0 ] || tools+=(fakeroot)
  need "${tools[@]}"
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
