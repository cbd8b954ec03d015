package io.multigrid.prep;

import java.io.Serializable;

/** A video that was left out. */
public record Quarantined(String path, Reason reason, String detail) implements Serializable {}
