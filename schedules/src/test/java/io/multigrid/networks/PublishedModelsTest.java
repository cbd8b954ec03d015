package io.multigrid.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.Settings;
import io.multigrid.schedules.ModelReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published models: names, order, shapes and cost as the authors' code has them. */
class PublishedModelsTest {
  private static final String PLACES = "model.nonlocal.blocks=[[3,1],[3,3],[4,1],[4,3],[4,5]]";

  static Stream<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    golden().fieldNames().forEachRemaining(names::add);
    assertThat(names).hasSize(9);
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void namesOrderShapesAndCounts(String name) throws IOException {
    JsonNode golden = golden().get(name);
    Architecture architecture = Architecture.of(model(name, golden));
    List<String> expected = new ArrayList<>();
    golden
        .get("parameters_[name,shape,count]")
        .forEach(p -> expected.add(p.get(0).asText() + p.get(1) + p.get(2)));
    List<String> found = new ArrayList<>();
    for (TensorInfo info : architecture.parameters()) {
      String shape = Arrays.toString(info.shape()).replace(" ", "");
      found.add(info.name() + shape + info.count());
    }
    assertThat(found).isEqualTo(expected);
    assertThat(architecture.parameters().stream().mapToLong(TensorInfo::count).sum())
        .isEqualTo(golden.get("total_params").asLong());
    List<String> buffers = new ArrayList<>();
    for (Norm norm : architecture.norms()) {
      for (String buffer : List.of("running_mean", "running_var", "num_batches_tracked")) {
        buffers.add(norm.name() + "." + buffer);
      }
    }
    List<String> expectedBuffers = new ArrayList<>();
    golden.get("buffers_[name,shape]").forEach(b -> expectedBuffers.add(b.get(0).asText()));
    assertThat(buffers).isEqualTo(expectedBuffers);
  }

  @ParameterizedTest
  @MethodSource("names")
  void multiplyAddsOfEveryGrid(String name) throws IOException {
    JsonNode golden = golden().get(name);
    Model model = model(name, golden);
    golden
        .get("gflops_(MACs)_per_clip_by_fvcore_flop_count")
        .fields()
        .forEachRemaining(
            grid -> {
              String[] sides = grid.getKey().split("x");
              Cost cost = Cost.of(model, Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
              double expected = grid.getValue().asDouble() * 1e9;
              assertThat((double) cost.multiplyAdds())
                  .as(grid.getKey())
                  .isCloseTo(expected, within(0.01 * expected));
            });
  }

  private static Model model(String name, JsonNode golden) {
    List<String> sets = new ArrayList<>();
    sets.add("model.name=" + golden.get("arch").asText());
    sets.add("model.classes=" + golden.get("num_classes").asInt());
    sets.add("model.depth=" + (name.contains("r101") ? 101 : 50));
    if (!golden.get("alpha").isNull()) {
      sets.add("model.alpha=" + golden.get("alpha").asInt());
    }
    if (name.endsWith("4x16")) {
      sets.add("model.fusion-kernel=5");
    }
    if (name.contains("nln")) {
      sets.add(PLACES);
    }
    return ModelReader.model(Settings.load(Optional.empty(), sets));
  }

  private static JsonNode golden() throws IOException {
    try (InputStream in =
        new GZIPInputStream(
            PublishedModelsTest.class.getResourceAsStream("/golden/full_models.json.gz"))) {
      return new ObjectMapper().readTree(in).get("models");
    }
  }
}
