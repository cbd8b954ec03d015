package io.multigrid.schedules;

import io.multigrid.config.Settings;
import io.multigrid.networks.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/** Recipes of every size, and data sets from one video up, with awkward primes among them. */
final class AnyRecipe extends DomainContextBase {
  private static final Model MODEL =
      ModelReader.model(Settings.load(Optional.empty(), List.of("model.name=slow")));
  private static final List<Cycles.LongFactor> LONG =
      List.of(
          new Cycles.LongFactor(0.25, Math.sqrt(0.5)),
          new Cycles.LongFactor(0.5, Math.sqrt(0.5)),
          new Cycles.LongFactor(0.5, 1),
          new Cycles.LongFactor(1, 1));
  private static final List<Double> SHORT = List.of(0.5, Math.sqrt(0.5));

  @Provide
  Arbitrary<Recipe> recipes() {
    Arbitrary<Integer> workers = Arbitraries.integers().between(1, 9);
    Arbitrary<Integer> clipsPerWorker = Arbitraries.integers().between(1, 17);
    return Combinators.combine(workers, clipsPerWorker, clips(), cycles(), solvers())
        .as((w, b, clip, cycles, solver) -> new Recipe(w, w * b, clip, cycles, solver, MODEL, 1));
  }

  @Provide
  Arbitrary<Long> videos() {
    return Arbitraries.oneOf(
        Arbitraries.of(1L, 2L, 13L, 997L, 7919L, 104_729L),
        Arbitraries.longs().between(1, 300_000));
  }

  private static Arbitrary<Clip> clips() {
    return Combinators.combine(
            Arbitraries.of(4, 8, 10, 16, 30, 32, 64),
            Arbitraries.of(1, 2, 8),
            Arbitraries.integers().between(32, 256),
            Arbitraries.of(JitterReading.class))
        .as(
            (frames, stride, crop, reading) ->
                new Clip(
                    frames,
                    stride,
                    crop,
                    crop * 8 / 7,
                    crop * 10 / 7,
                    30,
                    reading,
                    JitterDraw.UNIFORM,
                    FrameRule.KINETICS,
                    true));
  }

  private static Arbitrary<Cycles> cycles() {
    return Combinators.combine(
            Arbitraries.of(true, false),
            Arbitraries.of(true, false),
            Arbitraries.of(0.5, 1.0, 1.5, 2.0, 3.0),
            Arbitraries.of(1, 2, 3, 4, 8, 16))
        .as(
            (longs, shorts, factor, group) ->
                new Cycles(longs, shorts, factor, group, LONG, SHORT));
  }

  private static Arbitrary<Solver> solvers() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 60).list().ofMaxSize(4),
            Arbitraries.integers().between(0, 40),
            Arbitraries.of(Solver.Policy.class),
            Arbitraries.of(0.0, 0.19, 0.5, 1.0),
            Arbitraries.of(0.1, 0.5))
        .as(
            (lengths, last, policy, warmup, gamma) -> {
              List<Integer> steps = new ArrayList<>(List.of(0));
              lengths.forEach(length -> steps.add(steps.get(steps.size() - 1) + length));
              int epochs = Math.max(1, steps.get(steps.size() - 1) + last);
              return new Solver(
                  0.1,
                  policy,
                  steps,
                  gamma,
                  epochs,
                  new Solver.Warmup(warmup * epochs, 0.01),
                  new UpdateRule(0.9, true, 1e-4, 0, 1, 1));
            });
  }
}
