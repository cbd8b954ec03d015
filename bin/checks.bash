# What bin/multigrid asks of its surroundings before a JVM starts. Sourced; needs $home.

natives_kilobytes=$((600 << 10)) # libtorch, FFmpeg and OpenBLAS, unpacked

# fail CODE MESSAGE
fail() {
  echo "multigrid: $2" >&2
  exit "$1"
}

# as_heap SIZE: a size of Spark's, in MB unless it has a unit, as -Xmx takes it
as_heap() {
  local size=${1,,}
  size=${size%b}
  [[ $size == *[kmgt] ]] || size+=m
  echo "$size"
}

# split TEXT: sets $words, as Spark splits Java options: at blanks outside of quotes; fails if a quote is not closed
split() {
  local text=$1 quote='' word='' inside='' i char
  words=()
  for ((i = 0; i < ${#text}; i++)); do
    char=${text:i:1}
    if [ "$quote$char" = '"\' ]; then
      i=$((i + 1))
      word+=${text:i:1}
    elif [ -n "$quote" ]; then
      if [ "$char" = "$quote" ]; then quote=; else word+=$char; fi
    elif [ "$char" = '"' ] || [ "$char" = "'" ]; then
      quote=$char inside=1
    elif [[ $char == [[:space:]] ]]; then
      [ -z "$inside" ] || words+=("$word")
      word='' inside=
    else
      word+=$char inside=1
    fi
  done
  [ -z "$inside" ] || words+=("$word")
  [ -z "$quote" ]
}

# check_java: sets $java
check_java() {
  local found release version
  java=${JAVA_HOME:+$JAVA_HOME/bin/}java
  found=$(command -v "$java") || fail 1 "$java was not found; install JDK 17 or set JAVA_HOME"
  release=$(dirname "$(dirname "$(readlink -f "$found")")")/release
  version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$release" 2>/dev/null) || version=
  if [ -z "$version" ]; then
    version=$("$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1) || version=
  fi
  case ${version%%[!0-9]*} in
    17 | 18 | 19 | 20 | 21 | 22) ;;
    *) fail 4 "$found is Java ${version:-of an unknown version}: must be 17 to 22, which Spark 3.5 runs on; set JAVA_HOME to a JDK 17 or 21" ;;
  esac
}

# check_spark JARS: a Spark 3.5 for Scala 2.12 with Hadoop's classes
check_spark() {
  local core remedy="point SPARK_HOME to a Spark 3.5 for Scala 2.12, or leave it out for the one that the build collected"
  core=$(compgen -G "$1/spark-core_*.jar" | head -n 1) || core=
  [ -n "$core" ] || fail 4 "no Spark in $1; build first, or $remedy"
  core=${core##*/spark-core_}
  case $core in
    2.12-3.5*) ;;
    *) fail 4 "Spark in $1 is $(echo "$core" | sed 's/\(.*\)-\([0-9].*\)\.jar/\2 for Scala \1/'): must be 3.5 for Scala 2.12; $remedy" ;;
  esac
  compgen -G "$1/hadoop-client-api-*.jar" >/dev/null || compgen -G "$1/hadoop-common-*.jar" >/dev/null \
    || [ -n "${SPARK_DIST_CLASSPATH:-}" ] || grep -qs SPARK_DIST_CLASSPATH "${SPARK_CONF_DIR:-$1/../conf}/spark-env.sh" \
    || fail 4 "Spark in $1 is without Hadoop's classes: set SPARK_DIST_CLASSPATH to the output of 'hadoop classpath', or $remedy"
}

# usable FOLDER: is there, or can be made, belongs to this user or to all, and programs run from it
usable() {
  local probe code=0
  mkdir -p -m 700 "$1" 2>/dev/null || return 1
  probe=$(mktemp "$1/.multigrid-XXXXXX" 2>/dev/null) || return 1
  { printf '#!/bin/sh\n' >"$probe" && chmod 700 "$probe" && "$probe"; } 2>/dev/null || code=1
  rm -f "$probe"
  return $code
}

# roomy FOLDER: natives fit, or are there already
roomy() {
  [ -n "$(ls -A "$1" 2>/dev/null)" ] && return 0
  [ "$(df -Pk "$1" | awk 'NR == 2 { print $4 }')" -ge "$natives_kilobytes" ]
}

# choose_folders: sets $tmp, for temporary files, and $natives, where native libraries are unpacked once
choose_folders() {
  local candidate needs="must be a folder that can be written, not mounted noexec, with $((natives_kilobytes >> 10)) MB free"
  if [ -n "${MULTIGRID_TMP:-}" ]; then
    # Executors have another working folder.
    [[ $MULTIGRID_TMP == /* ]] || export MULTIGRID_TMP=$PWD/$MULTIGRID_TMP
    tmp=$MULTIGRID_TMP
    natives=$tmp/multigrid-natives-$UID
    usable "$tmp" && usable "$natives" && [ -O "$natives" ] && roomy "$natives" || fail 1 "MULTIGRID_TMP = $tmp: $needs"
    return
  fi
  tmp=
  for candidate in "${TMPDIR:-/tmp}" /tmp /var/tmp "${HOME:+$HOME/.cache/multigrid}"; do
    [ -n "$candidate" ] && usable "$candidate" || continue
    for natives in ${HOME:+"$HOME/.javacpp/cache"} "$candidate/multigrid-natives-$UID"; do
      if usable "$natives" && [ -O "$natives" ] && roomy "$natives"; then
        tmp=$candidate
        return
      fi
    done
  done
  fail 1 "neither ${TMPDIR:-/tmp} nor /tmp, /var/tmp or ${HOME:-a home folder} takes temporary files and native libraries; set MULTIGRID_TMP, which $needs"
}

# check_identity MASTER: Spark and Hadoop ask for the names of this machine and of the user
check_identity() {
  case $1 in
    local*) export SPARK_LOCAL_IP=${SPARK_LOCAL_IP:-127.0.0.1} ;;
    *)
      id -un >/dev/null 2>&1 \
        || fail 1 "user id $UID has no name on this machine, which submitting to a cluster needs; add it to /etc/passwd, or start as another user"
      [ -n "${SPARK_LOCAL_IP:-}" ] || ! command -v getent >/dev/null || getent hosts "$HOSTNAME" >/dev/null \
        || fail 1 "the name of this machine, $HOSTNAME, does not resolve; set SPARK_LOCAL_IP to the address that executors reach it at, or add it to /etc/hosts"
      ;;
  esac
}
