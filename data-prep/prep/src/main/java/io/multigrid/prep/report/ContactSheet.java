package io.multigrid.prep.report;

import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.ClipReader;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Frames;
import io.multigrid.shard.Split;
import io.multigrid.shard.StoredVideo;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;

/**
 * A picture of what a grid's shards hold: a row a video, with frames from its beginning to its end,
 * each at the stored size or at {@link #CELL} pixels a side if that is smaller.
 */
public final class ContactSheet {
  private static final int ROWS = 12;
  private static final int COLUMNS = 6;
  private static final int CELL = 160;
  private static final int TEXT = 16;
  private static final int GAP = 4;

  private final Dataset data;
  private final Configuration hadoop;

  public ContactSheet(Dataset data, Configuration hadoop) {
    this.data = data;
    this.hadoop = hadoop;
  }

  private record Chosen(Split split, int video) {}

  /** One grid's videos, evenly chosen from all splits. */
  public BufferedImage draw(StoredGrid grid) throws IOException {
    List<Chosen> chosen = choose();
    int cell = Math.min(CELL, grid.shortSide());
    int height = TEXT + chosen.size() * (cell + TEXT + GAP);
    BufferedImage sheet =
        new BufferedImage(
            COLUMNS * (cell * 4 / 3 + GAP), Math.max(1, height), BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = sheet.createGraphics();
    pen.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    pen.setColor(Color.BLACK);
    pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    pen.drawString(grid.name() + ", " + data.manifest().codec(), GAP, TEXT - GAP);
    try (ClipReader reader = data.reader(grid, hadoop)) {
      for (int row = 0; row < chosen.size(); row++) {
        row(pen, reader, chosen.get(row), TEXT + row * (cell + TEXT + GAP), cell);
      }
    }
    pen.dispose();
    return sheet;
  }

  private void row(Graphics2D pen, ClipReader reader, Chosen one, int top, int cell)
      throws IOException {
    StoredVideo entry = data.video(one.split(), one.video());
    int last = entry.frames(0) - 1;
    int[] wanted = new int[Math.min(COLUMNS, entry.frames(0))];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = wanted.length == 1 ? 0 : (int) ((long) last * i / (wanted.length - 1));
    }
    Frames frames = reader.read(one.split(), one.video(), wanted);
    String label = entry.label() < 0 ? "" : data.classes().get(entry.label());
    pen.drawString(
        "%s  %s  %s  %sx%s  %s frames"
            .formatted(
                entry.path(),
                label,
                one.split().text(),
                frames.width(),
                frames.height(),
                entry.frames(0)),
        GAP,
        top + TEXT - GAP);
    int box = cell * 4 / 3;
    double scale =
        Math.min(1, Math.min(box / (double) frames.width(), cell / (double) frames.height()));
    for (int i = 0; i < wanted.length; i++) {
      pen.drawImage(
          image(frames, i),
          i * (box + GAP),
          top + TEXT,
          (int) Math.max(1, frames.width() * scale),
          (int) Math.max(1, frames.height() * scale),
          null);
    }
  }

  private List<Chosen> choose() {
    long all = 0;
    for (Split split : Split.values()) {
      all += data.size(split);
    }
    int rows = (int) Math.min(ROWS, all);
    List<Chosen> chosen = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      chosen.add(chosen(all * row / rows));
    }
    return chosen;
  }

  /** The video at a place when splits stand one after the other. */
  private Chosen chosen(long place) {
    long before = 0;
    for (Split split : Split.values()) {
      if (place < before + data.size(split)) {
        return new Chosen(split, (int) (place - before));
      }
      before += data.size(split);
    }
    throw new IndexOutOfBoundsException(place);
  }

  private static BufferedImage image(Frames frames, int index) {
    BufferedImage image =
        new BufferedImage(frames.width(), frames.height(), BufferedImage.TYPE_INT_RGB);
    int at = index * frames.width() * frames.height() * 3;
    for (int y = 0; y < frames.height(); y++) {
      for (int x = 0; x < frames.width(); x++, at += 3) {
        byte[] rgb = frames.rgb();
        image.setRGB(x, y, (rgb[at] & 255) << 16 | (rgb[at + 1] & 255) << 8 | (rgb[at + 2] & 255));
      }
    }
    return image;
  }

  /** All grids, one above the other, coarse to fine, as a PNG file's bytes. */
  public byte[] png() throws IOException {
    List<BufferedImage> sheets = new ArrayList<>();
    int width = 1;
    int height = 0;
    for (StoredGrid grid : data.grids()) {
      BufferedImage sheet = draw(grid);
      sheets.add(sheet);
      width = Math.max(width, sheet.getWidth());
      height += sheet.getHeight();
    }
    BufferedImage all = new BufferedImage(width, Math.max(1, height), BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = all.createGraphics();
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, width, all.getHeight());
    int top = 0;
    for (BufferedImage sheet : sheets) {
      pen.drawImage(sheet, 0, top, null);
      top += sheet.getHeight();
    }
    pen.dispose();
    return bytes(all, "png");
  }

  static byte[] bytes(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, out)) {
      throw new IOException("this Java cannot write " + format);
    }
    return out.toByteArray();
  }
}
