package io.multigrid.models;

import io.multigrid.networks.TensorInfo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A network as a TorchScript module, which PyTorch loads with {@code torch.jit.load} and C++ with
 * {@code torch::jit::load}. It takes pixels of 0 to 255, clips x 3 x T x H x W, whole numbers or
 * float32, and gives scores, clips x classes. Its {@code state_dict} has the network's names.
 */
public final class TorchScript {
  private final CompilationUnit unit = new CompilationUnit();
  private final Map<String, JitModule> modules = new LinkedHashMap<>();

  private TorchScript() {}

  /** Writes a local file. Settings of how the network computes do not matter: float32 is used. */
  public static void write(Network network, Path file) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      TorchScript script = new TorchScript();
      JitModule root = script.module("");
      script.put(network.parameters(), network.weights(), true);
      script.put(network.statisticsTensors(), network.statistics(), false);
      root.define(network.script());
      root.save(file.toString());
    }
  }

  /** The module of a name's part before the last dot, made with those above it. */
  private JitModule module(String name) {
    JitModule known = modules.get(name);
    if (known != null) {
      return known;
    }
    String type = "__torch__.multigrid" + (name.isEmpty() ? "" : "." + name);
    JitModule module = new JitModule(new QualifiedName(type), unit, true);
    modules.put(name, module);
    if (!name.isEmpty()) {
      int dot = name.lastIndexOf('.');
      module(name.substring(0, Math.max(dot, 0))).register_module(name.substring(dot + 1), module);
    }
    return module;
  }

  private void put(List<TensorInfo> infos, float[] values, boolean learnt) {
    int at = 0;
    for (TensorInfo info : infos) {
      Tensor tensor = Tensors.of(values, at, info.shape(), new TensorOptions(ScalarType.Float));
      at += info.count();
      int dot = info.name().lastIndexOf('.');
      JitModule module = module(info.name().substring(0, dot));
      String name = info.name().substring(dot + 1);
      if (learnt) {
        module.register_parameter(name, tensor, false);
      } else {
        module.register_buffer(name, tensor);
      }
    }
  }
}
