#!/usr/bin/env bash
# Checks and measures multigrid on this machine's GPU: run.sh OUT [SECTION...]. Prints one JSON of how sections ended, step times
# and accuracies; OUT/gpu-check.json has the metrics too, and OUT every log. Exit code 1 if a section failed.
# Sections: machine parity cpu steps quickstart slowfast (which needs quickstart's videos); all of them where none is named.
# Needs NVIDIA's driver, and CUDA 13 with cuDNN 9 in Python's wheels, in /usr/local/cuda or on LD_LIBRARY_PATH. Python's torch,
# where there is one, is measured beside multigrid (PYTHON names it; python3 otherwise).
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -gt 0 ] || { sed -n '2,6s/^# //p' "$0" >&2; exit 2; }
mkdir -p "$1" && out=$(cd "$1" && pwd)
shift
sections=("$@")
[ $# -gt 0 ] || sections=(machine parity cpu steps quickstart slowfast)
for name in "${sections[@]}"; do
  case $name in
    machine | parity | cpu | steps | quickstart | slowfast) ;;
    *) echo "run.sh: no section $name" >&2 && exit 2 ;;
  esac
  [ -z "$(compgen -G "$out/$name*")" ] || { echo "run.sh: $out has results of $name; give another folder" >&2 && exit 2; }
done
failed=0
device=${DEVICE:-cuda:0}
threads=4
[ "$device" != cpu ] || threads=1
python=${PYTHON:-$(command -v python3)}
export JAVA_HOME=$here/java

libraries=${LD_LIBRARY_PATH:-}
for folder in "$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])' 2>/dev/null)"/nvidia/*/lib \
  /usr/local/cuda/lib64 /usr/local/nvidia/lib64 /usr/local/nvidia/lib; do
  [ ! -d "$folder" ] || libraries=$libraries${libraries:+:}$folder
done
# Wheels of the same library for other CUDA versions may lie beside each other: what is needed is looked up, not loaded.
export LD_LIBRARY_PATH=$libraries
export OPENBLAS_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE

export MULTIGRID_TMP=$out/tmp
natives=$MULTIGRID_TMP/multigrid-natives-$UID
mkdir -p "$natives"
classes=$here/tests/classes:$here/tests/lib/*:$here/multigrid/spark-job/train/target/lib/*
java=("$here/java/bin/java" -Xmx8g -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dorg.bytedeco.javacpp.cachedir="$natives" -cp "$classes")

# section NAME SECONDS COMMAND...: runs a command within a limit; its output in OUT/NAME.log, how it ended in OUT/NAME.json
section() {
  local name=$1 limit=$2 start=$SECONDS code=0
  shift 2
  timeout -k 5 "$limit" "$@" >"$out/$name.log" 2>&1 || code=$?
  echo "{\"section\": \"$name\", \"exit\": $code, \"seconds\": $((SECONDS - start)), \"limit\": $limit}" >"$out/$name.json"
  echo "== $name: exit $code after $((SECONDS - start)) s" >&2
  [ $code = 0 ] || failed=1
  return $code
}

junit() {
  local arguments=()
  local class
  for class in "${@:3}"; do arguments+=(--select-class "io.multigrid.models.$class"); done
  section "$1" "$2" "${java[@]}" -Dparity.device="$device" org.junit.platform.console.ConsoleLauncher execute \
    --disable-banner --disable-ansi-colors --details=tree "${arguments[@]}"
}

multigrid() {
  local name=$1 limit=$2
  shift 2
  section "$name" "$limit" "$here/multigrid/bin/multigrid" "$@"
}

machine() {
  {
    timeout 60 nvidia-smi || true
    timeout 60 nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm --format=csv || true
    lscpu || true
    "$here/java/bin/java" -version
    timeout 60 "$python" -c 'import torch; print("torch", torch.__version__, torch.cuda.is_available(), torch.backends.cudnn.version())' || true
    ls -d ${libraries//:/ }
  } >"$out/machine.log" 2>&1
}

run() {
  case $1 in
    machine) machine ;;
    parity) junit parity 150 DeviceTest ParityTest BatchNormParityTest ;;
    cpu) junit cpu 280 StemsTest ComputeTest NetworkTest ThreadsTest ;;
    steps)
      section steps "${STEPS_LIMIT:-240}" "${java[@]}" io.multigrid.models.StepBenchmark "$python" "$here/tests/classes/python/step.py" $threads "$device" \
        ${STEPS_NETS:-quickstart slowfast-r50}
      ;;
    quickstart)
      multigrid quickstart 300 quickstart --out "$out/quickstart" --set engine.device="$device" --set feed.threads=6 ${QUICKSTART:-}
      ;;
    slowfast)
      local conf=(--conf "$here/slowfast-r50.conf" ${SLOWFAST:-})
      multigrid slowfast-prep 90 prep "${conf[@]}" --videos "$out/quickstart/videos" --out "$out/r50-data" || return
      conf+=(--data "$out/r50-data" --set engine.device="$device" --set feed.threads=10 --set model.layout="${LAYOUT:-channels-first}")
      multigrid slowfast-bigdl 100 train "${conf[@]}" --out "$out/r50-bigdl"
      multigrid slowfast-bfloat16 80 train "${conf[@]}" --set model.precision=bfloat16 --out "$out/r50-bfloat16"
      multigrid slowfast-collective 80 train "${conf[@]}" --set engine.name=collective --out "$out/r50-collective"
      ;;
  esac
}

sample() {
  exec nvidia-smi --query-gpu=timestamp,utilization.gpu,memory.used,clocks.sm --format=csv,noheader -l 1 >"$out/gpu.csv" 2>/dev/null
}
sample &
sampler=$!
trap 'kill $sampler 2>/dev/null' EXIT

for name in "${sections[@]}"; do run "$name"; done

lines() { paste -sd, "$@"; }
json() {
  echo "{\"sections\": [$(cat "$out"/*.json 2>/dev/null | grep '^{"section"' | lines)]"
  echo ",\"steps\": [$(grep -h '^{"net"' "$out"/steps*.log 2>/dev/null | lines)]"
  [ ! -f "$out/quickstart/result.json" ] || echo ",\"quickstart\": $(cat "$out/quickstart/result.json")"
}
{
  json
  for run in quickstart/baseline quickstart/multigrid quickstart/baseline-same-time r50-bigdl r50-bfloat16 r50-collective; do
    [ ! -f "$out/$run/metrics.jsonl" ] || echo ",\"$run\": [$(lines "$out/$run/metrics.jsonl")]"
  done
  echo "}"
} >"$out/all" && mv "$out/all" "$out/gpu-check.json"
json
echo "}"
exit $failed
