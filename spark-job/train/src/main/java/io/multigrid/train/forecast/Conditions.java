package io.multigrid.train.forecast;

import io.multigrid.config.Recorded;
import io.multigrid.train.settings.CheckpointPolicy;
import io.multigrid.train.settings.SimulateSettings;

/**
 * What a simulation is told beside the plan and its step times.
 *
 * @param prefetch batches that may wait for the network of an executor
 * @param checkpoints what is computed after the last one is lost with an executor
 * @param recorded where the settings come from, for messages
 */
public record Conditions(
    SimulateSettings settings, int prefetch, CheckpointPolicy checkpoints, Recorded recorded) {}
