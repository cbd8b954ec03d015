package io.multigrid.train.quickstart;

import io.multigrid.schedules.Draws;

/**
 * One clip: a bright, elongated, textured object on a darker, textured, shaking background with
 * noise.
 *
 * <p>No single frame tells the class. Position moves on a torus, the angle on a circle and the
 * logarithm of the size on a circle too, and each starts at a uniformly drawn phase; a uniform
 * distribution on a circle stays uniform however far it is turned. So at every frame, for every
 * class, position, angle and size have the same distribution, and colour, texture, shake and noise
 * do not depend on the class.
 */
final class Scene {
  private static final double SIZE_RANGE = Math.log(2.8);
  private static final double LEAST_SIZE = 0.14;
  private static final int NOISE = 12;

  /**
   * Everything that is drawn for a clip.
   *
   * @param width pixels
   * @param fps frames a second
   */
  record Format(int width, int height, double fps, double seconds) {
    int frames() {
      return (int) Math.round(fps * seconds);
    }
  }

  private static final Format[] FORMATS = {
    new Format(128, 96, 30, 1.7),
    new Format(112, 112, 25, 1.8),
    new Format(96, 128, 24, 1.75),
    new Format(160, 120, 30, 1.6)
  };

  private final Draws draws;
  private final Motion motion;
  private final Format format;
  private final Texture background;
  private final Texture surface;
  private final int shortSide;
  private final double speed;

  /**
   * @param family which bands of texture: training and validation have different ones
   */
  Scene(Draws draws, Motion motion, int family) {
    this.draws = draws;
    this.motion = motion;
    this.format = FORMATS[draws.below(0, FORMATS.length)];
    this.shortSide = Math.min(format.width(), format.height());
    int low = family == 0 ? 1 : 2;
    this.background = new Texture(draws, 100, low, low + 4);
    this.surface = new Texture(draws, 200, 4 + low, 9 + low);
    this.speed = 0.7 + 0.6 * draws.uniform(1);
  }

  Format format() {
    return format;
  }

  /** Renders frame {@code index} as height x width x 3 bytes. */
  void render(int index, byte[] rgb) {
    double time = index / format.fps() * speed;
    int width = format.width();
    int height = format.height();
    double centreX = wrap(draws.uniform(2) + 0.8 * time * motion.x) * width;
    double centreY = wrap(draws.uniform(3) + 0.8 * time * motion.y) * height;
    double angle = 2 * Math.PI * (draws.uniform(4) + 0.55 * time * motion.turn);
    double phase = wrap(draws.uniform(5) + 0.9 * time * motion.growth);
    double size = shortSide * LEAST_SIZE * Math.exp(SIZE_RANGE * phase);
    double ratio = 2.2 + draws.uniform(6);
    double cos = Math.cos(angle) / size;
    double sin = Math.sin(angle) / size;
    int shakeX = draws.below(1000 + 2 * index, 3) + draws.below(7, 128);
    int shakeY = draws.below(1001 + 2 * index, 3) + draws.below(8, 128);
    int[] dark = {20 + draws.below(9, 60), 20 + draws.below(10, 60), 20 + draws.below(11, 60)};
    int[] light = {
      150 + draws.below(12, 100), 150 + draws.below(13, 100), 150 + draws.below(14, 100)
    };
    long noise = draws.bits(5000 + index) | 1;
    for (int y = 0; y < height; y++) {
      double dy = torus(y - centreY, height);
      for (int x = 0; x < width; x++) {
        double dx = torus(x - centreX, width);
        double along = dx * cos + dy * sin;
        double across = (dy * cos - dx * sin) * ratio;
        boolean object = along * along + across * across < 1;
        int texture =
            object
                ? surface.at((int) (along * 40) + 64, (int) (across * 40) + 64)
                : background.at(x + shakeX, y + shakeY);
        int[] colour = object ? light : dark;
        noise = noise * 6364136223846793005L + 1442695040888963407L;
        int grain = (int) ((noise >>> 40) % (2 * NOISE)) - NOISE;
        int at = (y * width + x) * 3;
        for (int c = 0; c < 3; c++) {
          int value = colour[c] * (object ? 128 + texture / 2 : 64 + texture) / 255 + grain;
          rgb[at + c] = (byte) Math.max(0, Math.min(255, value));
        }
      }
    }
  }

  private static double wrap(double turns) {
    return turns - Math.floor(turns);
  }

  /** The shortest way on a circle of a length. */
  private static double torus(double distance, double length) {
    return distance - length * Math.rint(distance / length);
  }
}
