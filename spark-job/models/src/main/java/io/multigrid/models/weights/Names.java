package io.multigrid.models.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PySlowFast's names of what torchvision's residual networks, Caffe2's video networks and
 * PySlowFast's own call otherwise.
 */
final class Names {
  private static final Map<Pattern, String> RULES = new LinkedHashMap<>();
  private static final Map<String, String> CAFFE2_NORM =
      Map.of("s", "weight", "b", "bias", "rm", "running_mean", "riv", "running_var");

  static {
    // torchvision
    rule("conv1\\.weight", "s1.pathway0_stem.conv.weight");
    rule("bn1\\.(.+)", "s1.pathway0_stem.bn.$1");
    rule("layer1\\.(.+)", "stage2.$1");
    rule("layer2\\.(.+)", "stage3.$1");
    rule("layer3\\.(.+)", "stage4.$1");
    rule("layer4\\.(.+)", "stage5.$1");
    rule("stage(\\d)\\.(\\d+)\\.conv1\\.weight", "s$1.pathway0_res$2.branch2.a.weight");
    rule("stage(\\d)\\.(\\d+)\\.conv2\\.weight", "s$1.pathway0_res$2.branch2.b.weight");
    rule("stage(\\d)\\.(\\d+)\\.conv3\\.weight", "s$1.pathway0_res$2.branch2.c.weight");
    rule("stage(\\d)\\.(\\d+)\\.bn1\\.(.+)", "s$1.pathway0_res$2.branch2.a_bn.$3");
    rule("stage(\\d)\\.(\\d+)\\.bn2\\.(.+)", "s$1.pathway0_res$2.branch2.b_bn.$3");
    rule("stage(\\d)\\.(\\d+)\\.bn3\\.(.+)", "s$1.pathway0_res$2.branch2.c_bn.$3");
    rule("stage(\\d)\\.(\\d+)\\.downsample\\.0\\.weight", "s$1.pathway0_res$2.branch1.weight");
    rule("stage(\\d)\\.(\\d+)\\.downsample\\.1\\.(.+)", "s$1.pathway0_res$2.branch1_bn.$3");
    rule("fc\\.(weight|bias)", "head.projection.$1");
    // Caffe2: a t_ in front is the fast pathway
    rule("t_pool1_subsample_w", "s1_fuse.conv_f2s.weight");
    rule("t_pool1_subsample_bn_(s|b|rm|riv)", "s1_fuse.bn.#$1");
    rule("t_res(\\d)_\\d+_branch2c_bn_subsample_w", "s$1_fuse.conv_f2s.weight");
    rule("t_res(\\d)_\\d+_branch2c_bn_subsample_bn_(s|b|rm|riv)", "s$1_fuse.bn.#$2");
    rule("t_(conv1|res.+)", "1:$1");
    rule("(conv1_w|res_?(?:conv1)?\\d*_.+)", "0:$1");
    rule("([01]):conv1_w", "s1.pathway$1_stem.conv.weight");
    rule("([01]):res_conv1_bn_(s|b|rm|riv)", "s1.pathway$1_stem.bn.#$2");
    rule("([01]):res(\\d)_(\\d+)_branch1_w", "s$2.pathway$1_res$3.branch1.weight");
    rule("([01]):res(\\d)_(\\d+)_branch1_bn_(s|b|rm|riv)", "s$2.pathway$1_res$3.branch1_bn.#$4");
    rule("([01]):res(\\d)_(\\d+)_branch2([abc])_w", "s$2.pathway$1_res$3.branch2.$4.weight");
    rule(
        "([01]):res(\\d)_(\\d+)_branch2([abc])_bn_(s|b|rm|riv)",
        "s$2.pathway$1_res$3.branch2.$4_bn.#$5");
    rule("nonlocal_conv(\\d)_(\\d+)_(theta|phi|g|out)_w", "s$1.pathway0_nonlocal$2.conv_$3.weight");
    rule("nonlocal_conv(\\d)_(\\d+)_(theta|phi|g|out)_b", "s$1.pathway0_nonlocal$2.conv_$3.bias");
    rule("nonlocal_conv(\\d)_(\\d+)_bn_(s|b|rm|riv)", "s$1.pathway0_nonlocal$2.bn.#$3");
    rule("pred_w", "head.projection.weight");
    rule("pred_b", "head.projection.bias");
    // PySlowFast's split normalisation keeps the aggregate one level deeper
    rule("(.+bn)\\.bn\\.(running_mean|running_var)", "$1.$2");
    rule("module\\.(.+)", "$1");
  }

  private Names() {}

  private static void rule(String pattern, String replacement) {
    RULES.put(Pattern.compile(pattern), replacement);
  }

  static String of(String theirs) {
    String name = theirs.startsWith("module.") ? theirs.substring("module.".length()) : theirs;
    for (Map.Entry<Pattern, String> rule : RULES.entrySet()) {
      Matcher matcher = rule.getKey().matcher(name);
      if (matcher.matches()) {
        name = matcher.replaceAll(rule.getValue());
      }
    }
    int mark = name.indexOf('#');
    return mark < 0 ? name : name.substring(0, mark) + CAFFE2_NORM.get(name.substring(mark + 1));
  }

  /** What checkpoints hold beside parameters and statistics. */
  static boolean bookkeeping(String name) {
    return name.endsWith("num_batches_tracked")
        || name.contains(".split_bn.")
        || name.endsWith("_momentum")
        || name.equals("lr")
        || name.equals("model_iter");
  }
}
