# Finds a JDK: the one list of places and the one test of fitness, for ops/opportune and .ci/run, which source this.
# They define fail(), which prints a sentence and ends the script.

readonly NEEDED_JAVA=25

# Folder of a file, through symbolic links.
folder_of() {
  local path=$1 target
  while [[ -L $path ]]; do
    target=$(readlink "$path")
    case $target in
      /*) path=$target ;;
      *) path=$(dirname -- "$path")/$target ;;
    esac
  done
  cd -P -- "$(dirname -- "$path")" && pwd
}

# Major version of the Java in a folder; empty when there is none. The release file spares starting it.
java_major() {
  local home=$1 version=
  [[ -x $home/bin/java ]] || return 0
  if [[ -r $home/release ]]; then
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
  fi
  if [[ -z $version ]]; then
    version=$("$home/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
  fi
  printf '%s' "$version"
}

# Home of the java on the PATH, through symbolic links; empty when there is none.
path_java_home() {
  local java
  java=$(command -v java) || return 0
  dirname -- "$(folder_of "$java")"
}

# What stands in a folder, for people; nothing when it can do what is asked for: run, or build, which takes a compiler,
# without which Maven does not take it as a JDK either.
unfitness() {
  local home=$1 purpose=$2 major
  major=$(java_major "$home")
  if [[ -z $major ]]; then
    printf 'no Java'
  elif [[ $major -lt $NEEDED_JAVA ]]; then
    printf 'Java %s' "$major"
  elif [[ $purpose == build && ! -x $home/bin/javac ]]; then
    printf 'Java %s without a compiler (javac)' "$major"
  fi
}

# Prints the first home that is fit to run or to build ($1), or fails with what was found.
find_java() {
  local purpose=$1 home unfit seen= needed="a JDK $NEEDED_JAVA or newer"
  [[ $purpose == run ]] || needed="$needed with a compiler"
  if [[ -n ${OPPORTUNE_JAVA_HOME:-} ]]; then
    unfit=$(unfitness "$OPPORTUNE_JAVA_HOME" "$purpose")
    [[ -z $unfit ]] || fail "OPPORTUNE_JAVA_HOME is $OPPORTUNE_JAVA_HOME, which holds $unfit;" \
      "to $purpose is needed $needed; set it to one, or unset it"
    printf '%s' "$OPPORTUNE_JAVA_HOME"
    return
  fi
  for home in "${JAVA_HOME:-}" "$(path_java_home)" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/*jdk* \
    /usr/local/*jdk* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [[ -n $home && -x $home/bin/java ]] || continue
    unfit=$(unfitness "$home" "$purpose")
    if [[ -z $unfit ]]; then
      printf '%s' "$home"
      return
    fi
    seen="$seen"$'\n'"  $unfit in $home"
  done
  fail "to $purpose is needed $needed, and none was found. Install one (for instance Eclipse Temurin) and set" \
    "OPPORTUNE_JAVA_HOME to its folder. Found:${seen:- no Java at all}"
}
