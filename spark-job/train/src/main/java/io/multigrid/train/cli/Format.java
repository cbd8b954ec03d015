package io.multigrid.train.cli;

/** How a result is printed. */
enum Format {
  TABLE,
  JSON
}
