#!/usr/bin/env bash
# What docs/simulation.md says of simulated against measured, measured again on this machine:
#   validate.sh FOLDER [cores]        1, 2 and 4 executors in one process
#   validate.sh FOLDER links [RATE]   2 executors in network namespaces, whose links are limited to each RATE
#                                     (default: none 200mbit 50mbit); needs root, ip and tc
# TURNS=N: so often in turn (3). Build first: mvn -DskipTests package. FOLDER keeps data, logs and metrics.
set -euo pipefail

home=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
folder=$(readlink -f "${1:?a folder}")
what=${2:-cores}
shift 2 || shift $#
mkdir -p "$folder"

train=$home/spark-job/train/target
classes=$train/test-classes:$train/lib/*:$home/deploy/spark/target/jars/*
opens=(-Djdk.reflect.useDirectMethodHandle=false)
for package in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util \
  java.util.concurrent java.util.concurrent.atomic sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar; do
  opens+=("--add-opens=java.base/$package=ALL-UNNAMED")
done
native=(-Dorg.bytedeco.javacpp.maxPhysicalBytes=0)
export OMP_WAIT_POLICY=PASSIVE OPENBLAS_NUM_THREADS=1
main=io.multigrid.train.run.SimulationBenchmark
java=java
[ -z "${JAVA_HOME:-}" ] || java=$JAVA_HOME/bin/java

if [ "$what" = cores ]; then
  exec "$java" -Xmx2g "${opens[@]}" "${native[@]}" ${TURNS:+-Dbenchmark.turns=$TURNS} -cp "$classes" "$main" "$folder"
fi

bridge=mgbr net=10.77.0 # the driver is .1, executors are .2 and .3
for name in $bridge mgv2 mgv3; do
  ! ip link show "$name" &> /dev/null || { echo "validate.sh: there is a link $name already; delete it if nothing uses it: ip link del $name" >&2; exit 1; }
done
for name in mg2 mg3; do
  [ ! -e "/run/netns/$name" ] || { echo "validate.sh: there is a network namespace $name already; delete it if nothing uses it: ip netns del $name" >&2; exit 1; }
done
processes=() links=() spaces=() # that were made here
clean() {
  for process in ${processes+"${processes[@]}"}; do
    kill "$process" 2>/dev/null || true
  done
  wait 2>/dev/null || true
  for name in ${links+"${links[@]}"}; do ip link del "$name" 2>/dev/null || true; done
  for name in ${spaces+"${spaces[@]}"}; do ip netns del "$name" 2>/dev/null || true; done
}
trap clean EXIT
ip link add $bridge type bridge
links+=($bridge)
ip addr add $net.1/24 dev $bridge
ip link set $bridge up
for n in 2 3; do
  ip netns add mg$n
  spaces+=(mg$n)
  ip link add mgv$n type veth peer name eth0 netns mg$n
  links+=(mgv$n)
  ip link set mgv$n master $bridge up
  ip -n mg$n addr add $net.$n/24 dev eth0
  ip -n mg$n link set eth0 up
  ip -n mg$n link set lo up
done

# Both directions of every executor's link.
limit=$folder/limit.sh
cat > "$limit" <<END
#!/usr/bin/env bash
for n in 2 3; do
  tc qdisc del dev mgv\$n root 2>/dev/null
  ip netns exec mg\$n tc qdisc del dev eth0 root 2>/dev/null
  [ "\$1" != none ] || continue
  tc qdisc add dev mgv\$n root tbf rate "\$1" burst 256kb latency 200ms || exit 1
  ip netns exec mg\$n tc qdisc add dev eth0 root tbf rate "\$1" burst 256kb latency 200ms || exit 1
done
exit 0
END
chmod +x "$limit"

spark() { # in a namespace or none, a name, a class and its arguments
  local where=$1 name=$2
  shift 2
  SPARK_HOME=$home/deploy/spark/target SPARK_SCALA_VERSION=2.12 \
    $where "$java" -Xmx256m "${opens[@]}" -cp "$home/deploy/spark/target/jars/*" "$@" > "$folder/$name.log" 2>&1 &
  processes+=($!)
}
master=spark://$net.1:7177
SPARK_LOCAL_IP=$net.1 spark "" master org.apache.spark.deploy.master.Master --host $net.1 --port 7177 --webui-port 0
for n in 2 3; do
  SPARK_LOCAL_IP=$net.$n spark "ip netns exec mg$n" worker$n org.apache.spark.deploy.worker.Worker \
    --host $net.$n --port 0 --webui-port 0 --cores 1 --memory 4g --work-dir "$folder/work" $master
done
[ $# -gt 0 ] || set -- none 200mbit 50mbit
SPARK_LOCAL_IP=$net.1 "$java" -Xmx1g "${opens[@]}" "${native[@]}" -Dspark.master=$master -Dspark.driver.host=$net.1 \
  -Dspark.driver.bindAddress=$net.1 -Dspark.executor.cores=1 -Dspark.cores.max=2 -Dspark.executor.memory=1g -Dspark.ui.enabled=false \
  -Dspark.executor.extraClassPath="$classes" -Dspark.executor.extraJavaOptions="${opens[*]} ${native[*]}" \
  ${TURNS:+-Dbenchmark.turns=$TURNS} -cp "$classes" "$main" "$folder" "$limit" "$@"
