package io.multigrid.train.quickstart;

/**
 * What an object does. Every class has a counterpart that is the same clip played backwards, and
 * all draw pose, size, speed and phase from the same distributions.
 */
enum Motion {
  LEFT(-1, 0, 0, 0),
  RIGHT(1, 0, 0, 0),
  UP(0, -1, 0, 0),
  DOWN(0, 1, 0, 0),
  CLOCKWISE(0, 0, 1, 0),
  COUNTERCLOCKWISE(0, 0, -1, 0),
  GROWING(0, 0, 0, 1),
  SHRINKING(0, 0, 0, -1);

  final int x;
  final int y;
  final int turn;
  final int growth;

  Motion(int x, int y, int turn, int growth) {
    this.x = x;
    this.y = y;
    this.turn = turn;
    this.growth = growth;
  }

  String folder() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
