package io.multigrid.shard.storage;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Hadoop's settings of the driver, in a form that travels to executors. */
public record HadoopSettings(HashMap<String, String> values) implements Serializable {
  public static HadoopSettings of(Configuration configuration) {
    HashMap<String, String> values = new HashMap<>();
    for (Map.Entry<String, String> entry : configuration) {
      values.put(entry.getKey(), entry.getValue());
    }
    return new HadoopSettings(values);
  }

  /** Not the values: passwords may be among them. */
  @Override
  public String toString() {
    return values.size() + " Hadoop settings";
  }

  public Configuration configuration() {
    Configuration configuration = new Configuration(false);
    values.forEach(configuration::set);
    return configuration;
  }
}
