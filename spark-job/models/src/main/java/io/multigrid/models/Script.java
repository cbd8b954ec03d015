package io.multigrid.models;

import io.multigrid.networks.Architecture;
import io.multigrid.networks.Calculus;
import io.multigrid.networks.Conv;
import io.multigrid.networks.Model;
import io.multigrid.networks.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A walk that writes down what is computed, in TorchScript's language. Values are names of
 * variables; parameters are attributes under their own names.
 */
final class Script implements Calculus<String> {
  private final Architecture net;
  private final List<String> lines = new ArrayList<>();
  private int variables;

  private Script(Architecture net) {
    this.net = net;
  }

  /** The method {@code forward}: from pixels to scores, with running statistics. */
  static String forward(Architecture net) {
    Script script = new Script(net);
    script.write();
    return "def forward(self, pixels: Tensor) -> Tensor:\n"
        + String.join("", script.lines.stream().map(line -> "    " + line + "\n").toList());
  }

  private void write() {
    String x =
        set("pixels * %s - %s", 1 / (255.0 * Network.DEVIATION), Network.MEAN / Network.DEVIATION);
    List<String> features = net.model().hasFast() ? List.of(slow(x), x) : List.of(x);
    for (int s = 0; s < Architecture.SEGMENTS; s++) {
      features = net.segment(s, this, features);
    }
    List<String> means = features.stream().map(f -> set("torch.mean(%s, [2, 3, 4])", f)).toList();
    String all = set("torch.cat([%s], 1)", String.join(", ", means));
    String weight = parameter(net.headWeight());
    String bias = parameter(net.headWeight() + 1);
    String logits = set("torch.matmul(%s, torch.t(%s)) + %s", all, weight, bias);
    boolean softmax = net.model().loss().kind() == Model.Loss.Kind.SOFTMAX;
    lines.add(
        (softmax ? "return torch.softmax(%s, -1)" : "return torch.sigmoid(%s)").formatted(logits));
  }

  /** T / alpha frames from the first to the last, as {@link Inputs#slowFrames}. */
  private String slow(String x) {
    String count = set("%s.size(2) // %d", x, net.model().fast().alpha());
    String places = set("torch.arange(%s, device=%s.device) * (%s.size(2) - 1)", count, x, x);
    String index = set("torch.div(%s, max(%s - 1, 1), rounding_mode='floor')", places, count);
    return set("torch.index_select(%s, 2, %s)", x, index);
  }

  private String set(String expression, Object... arguments) {
    String variable = "v" + variables++;
    lines.add(variable + " = " + String.format(Locale.ROOT, expression, arguments));
    return variable;
  }

  private String parameter(int index) {
    return "self." + net.parameters().get(index).name();
  }

  @Override
  public String convolution(String x, Conv conv) {
    String bias = conv.bias().isPresent() ? parameter(conv.bias().getAsInt()) : "None";
    String stride = Arrays.toString(conv.stride());
    String padding = Arrays.toString(conv.padding());
    return set(
        "torch.conv3d(%s, %s, %s, %s, %s)", x, parameter(conv.weight()), bias, stride, padding);
  }

  @Override
  public String normalised(String x, Norm norm) {
    return set(
        "torch.batch_norm(%s, %s, %s, self.%s.running_mean, self.%s.running_var, False, 0.1, %s, True)",
        x,
        parameter(norm.gain()),
        parameter(norm.bias()),
        norm.name(),
        norm.name(),
        Normaliser.EPSILON);
  }

  @Override
  public String relu(String x) {
    return set("torch.relu(%s)", x);
  }

  @Override
  public String sum(String a, String b) {
    return set("%s + %s", a, b);
  }

  @Override
  public String joined(String a, String b) {
    return set("torch.cat([%s, %s], 1)", a, b);
  }

  @Override
  public String maxPool(String x, Pool pool) {
    return set(
        "torch.max_pool3d(%s, %s, %s, %s)",
        x,
        Arrays.toString(pool.kernel()),
        Arrays.toString(pool.stride()),
        Arrays.toString(pool.padding()));
  }

  @Override
  public String attention(String theta, String phi, String g, Model.Pairing pairing) {
    String query = set("torch.transpose(torch.flatten(%s, 2), 1, 2)", theta);
    String key = set("torch.flatten(%s, 2)", phi);
    String value = set("torch.transpose(torch.flatten(%s, 2), 1, 2)", g);
    String agreement = set("torch.bmm(%s, %s)", query, key);
    String share =
        pairing == Model.Pairing.SOFTMAX
            ? set("torch.softmax(%s * float(%s.size(1)) ** -0.5, 2)", agreement, theta)
            : set("%s / float(%s.size(2))", agreement, key);
    String seen = set("torch.transpose(torch.bmm(%s, %s), 1, 2)", share, value);
    return set("torch.reshape(%s, %s.size())", seen, theta);
  }
}
