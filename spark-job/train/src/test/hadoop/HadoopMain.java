import java.io.File;
import java.io.FileOutputStream;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * A name node, two data nodes, a resource manager and two node managers in this process, below the
 * folder that the first argument names. Writes the settings that clients need to {@code conf} there,
 * prints {@code READY URI}, and ends with its input.
 */
public final class HadoopMain {
  public static void main(String[] arguments) {
    try {
      run(arguments);
      Runtime.getRuntime().halt(0);
    } catch (Throwable e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private static void run(String[] arguments) throws Exception {
    File folder = new File(arguments[0]).getAbsoluteFile();
    Configuration conf = new YarnConfiguration();
    conf.set("hdfs.minidfs.basedir", new File(folder, "dfs").getPath());
    conf.set("dfs.namenode.rpc-bind-host", "127.0.0.1");
    conf.set("dfs.namenode.http-address", "127.0.0.1:0");
    MiniDFSCluster dfs = new MiniDFSCluster.Builder(conf).numDataNodes(2).build();
    dfs.waitActive();

    conf.setInt("yarn.nodemanager.resource.memory-mb", 6144);
    conf.setInt("yarn.nodemanager.resource.cpu-vcores", 8);
    conf.setInt("yarn.scheduler.minimum-allocation-mb", 128);
    conf.setBoolean("yarn.nodemanager.vmem-check-enabled", false);
    // Containers are handed out when a node reports.
    conf.setInt("yarn.resourcemanager.nodemanagers.heartbeat-interval-ms", 100);
    conf.set(
        "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", "99.5");
    conf.set("yarn.application.classpath", "");
    conf.set("yarn.scheduler.capacity.root.queues", "default");
    conf.set("yarn.scheduler.capacity.root.default.capacity", "100");
    conf.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1.0");
    System.setProperty("test.build.data", folder.getPath());
    MiniYARNCluster yarn = new MiniYARNCluster("yarn", 2, 1, 1);
    yarn.init(conf);
    yarn.start();

    File clients = new File(folder, "conf");
    clients.mkdirs();
    Configuration core = new Configuration(false);
    core.set("fs.defaultFS", dfs.getURI().toString());
    core.set("dfs.replication", "2");
    write(core, new File(clients, "core-site.xml"));
    Configuration site = new Configuration(yarn.getConfig());
    site.unset("net.topology.node.switch.mapping.impl"); // a class of the daemons
    site.set("fs.defaultFS", dfs.getURI().toString());
    write(site, new File(clients, "yarn-site.xml"));
    System.out.println("READY " + dfs.getURI());
    while (System.in.read() >= 0) {
      // until the test closes it
    }
  }

  private static void write(Configuration conf, File file) throws Exception {
    try (OutputStream out = new FileOutputStream(file)) {
      conf.writeXml(out);
    }
  }
}
