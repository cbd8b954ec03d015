package io.multigrid.train.settings;

import io.multigrid.config.Problem;
import io.multigrid.config.Section;
import io.multigrid.config.Settings;
import io.multigrid.shard.storage.Patience;
import io.multigrid.train.feed.ClipFeed;
import java.time.Duration;
import java.util.List;

/**
 * How clips come to the network: the settings {@code feed}.
 *
 * @param threads that read and decode clips, an executor
 * @param prefetch batches that may wait for the network
 * @param maxDamaged share of the videos that may turn out to be damaged
 * @param patience with storage that does not answer
 */
public record FeedSettings(int threads, int prefetch, double maxDamaged, Duration patience) {
  static FeedSettings read(Settings settings, List<Problem> problems) {
    Section feed = settings.section("feed", problems);
    return new FeedSettings(
        feed.positive("threads"),
        feed.positive("prefetch"),
        feed.share("max-damaged"),
        feed.duration("patience"));
  }

  /** How a feed works ahead. */
  ClipFeed.Ahead ahead() {
    return new ClipFeed.Ahead(threads, prefetch, Patience.lasting(patience));
  }
}
