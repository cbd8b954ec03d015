import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/**
 * A name node and two data nodes in this process, below the folder that the first argument names.
 * Prints {@code READY URI}; then takes {@code stop N}, {@code start} (data nodes), {@code
 * stop-name-node} or {@code start-name-node} a line, answers {@code OK}, and ends with its input.
 */
public final class HdfsMain {
  public static void main(String[] arguments) throws Exception {
    Configuration conf = new Configuration();
    conf.set("hdfs.minidfs.basedir", new File(arguments[0], "dfs").getAbsolutePath());
    conf.set("dfs.namenode.rpc-bind-host", "127.0.0.1");
    conf.set("dfs.namenode.http-address", "127.0.0.1:0");
    conf.setInt("dfs.replication", 2);
    // A dead data node is noticed after seconds, not after ten minutes.
    conf.setInt("dfs.namenode.heartbeat.recheck-interval", 1000);
    conf.setInt("dfs.heartbeat.interval", 1);
    MiniDFSCluster dfs = new MiniDFSCluster.Builder(conf).numDataNodes(2).build();
    dfs.waitActive();
    System.out.println("READY " + dfs.getURI());
    java.util.Deque<MiniDFSCluster.DataNodeProperties> stopped = new java.util.ArrayDeque<>();
    try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.equals("stop-name-node")) {
          dfs.shutdownNameNode(0);
        } else if (line.equals("start-name-node")) {
          dfs.restartNameNode(0, true);
        } else if (line.startsWith("stop ")) {
          stopped.push(dfs.stopDataNode(Integer.parseInt(line.substring(5))));
        } else {
          dfs.restartDataNode(stopped.pop(), true);
          dfs.waitActive();
        }
        System.out.println("OK");
      }
    }
    Runtime.getRuntime().halt(0);
  }
}
