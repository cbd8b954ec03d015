package io.multigrid.prep.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.config.ConfigurationException;
import io.multigrid.shard.Split;
import io.multigrid.shard.VideoLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The catalogues that people have. */
class CatalogueTest {
  @TempDir Path folder;

  @Test
  void foldersOfClassesBelowSplits() throws IOException {
    touch("set/train/wave/1.mp4", "set/val/wave/2.mp4", "set/test/clap/3.mp4", "set/test/.x/4.mp4");
    Catalogue catalogue = read("set");
    assertThat(catalogue.classes()).containsExactly("clap", "wave");
    assertThat(catalogue.entries())
        .containsExactly(
            new CatalogueEntry("test/clap/3.mp4", 0, Split.TEST),
            new CatalogueEntry("train/wave/1.mp4", 1, Split.TRAIN),
            new CatalogueEntry("val/wave/2.mp4", 1, Split.VALIDATION));
  }

  @Test
  void tablesWithQuotesAndTabs() throws IOException {
    write("a.csv", "split,path,label\ntrain,\"a, \"\"b\"\".mp4\",wave\n\nval,c.mp4,clap\n");
    write("b.tsv", "path\tlabel\nd e.mp4\tnod, slowly\n");
    Catalogue catalogue = read("a.csv", "b.tsv");
    assertThat(catalogue.classes()).containsExactly("clap", "nod, slowly", "wave");
    assertThat(catalogue.entries().get(0))
        .isEqualTo(new CatalogueEntry("a, \"b\".mp4", 2, Split.TRAIN));
    assertThat(catalogue.entries()).extracting("path").contains("d e.mp4");
  }

  /** As spreadsheets and editors of other people write them. */
  @Test
  void tablesAsTheyComeFromSpreadsheets() throws IOException {
    write("a.csv", "\uFEFFpath, label,note\r\n a.mp4 , \"nod, slowly\" ,\r\nb.mp4,5\" disk,x\r\n");
    Catalogue catalogue = read("a.csv");
    assertThat(catalogue.classes()).containsExactly("5\" disk", "nod, slowly");
    assertThat(catalogue.entries()).extracting("path").containsExactly("a.mp4", "b.mp4");
  }

  @Test
  void jsonOfAnotherKindIsAProblem() throws IOException {
    write("activitynet.json", "{\"version\": \"1.3\", \"taxonomy\": [], \"database\": {}}");
    assertThatThrownBy(() -> read("activitynet.json"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "activitynet.json: catalogue = an object of version, taxonomy, database: must be a JSON array of objects with id and template");
    write("empty.json", "");
    assertThatThrownBy(() -> read("empty.json"))
        .hasMessageContaining("empty.json: catalogue = nothing: must be a JSON array");
    write("number.json", "7");
    assertThatThrownBy(() -> read("number.json"))
        .hasMessageContaining("number.json: catalogue = number: must be a JSON array");
    write("texts.json", "[\"a\", null, [1]]");
    assertThatThrownBy(() -> read("texts.json"))
        .hasMessageContaining("texts.json:[0]: id, template = ,: must not be empty")
        .hasMessageContaining("texts.json:[1]: id, template = ,: must not be empty")
        .hasMessageContaining("texts.json:[2]: id, template = ,: must not be empty");
    write("broken.json", "[\n  \"wave\",\n");
    write("a.csv", "path,label\na.mp4,wave\nb.mp4,nod\n");
    assertThatThrownBy(
            () ->
                Catalogue.read(
                    List.of(path("a.csv")), null, path("broken.json"), 0, new Configuration()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("broken.json:")
        .hasMessageContaining(": classes: is not JSON: ")
        .hasMessageContaining("correct it, or list a class a line");
  }

  @Test
  void kineticsFindsTrimmedFilesAndCutsWholeOnes() throws IOException {
    touch("videos/x/abc_000010_000020.mp4", "videos/whole/-d_f.webm");
    write(
        "kinetics_train.csv",
        "label,youtube_id,time_start,time_end,split,is_cc\n"
            + "riding a bike,abc,10,20,train,0\n"
            + "archery,-d_f,5,15,validate,0\n"
            + "archery,gone,0,10,test,0\n");
    Catalogue catalogue = readIn("videos", "kinetics_train.csv");
    assertThat(catalogue.classes()).containsExactly("archery", "riding a bike");
    assertThat(catalogue.entries())
        .containsExactlyInAnyOrder(
            new CatalogueEntry("x/abc_000010_000020.mp4", 1, Split.TRAIN),
            new CatalogueEntry(
                "whole/-d_f.webm",
                List.of(VideoLabel.whole(0)),
                Split.VALIDATION,
                new TimeSpan(5, 15)),
            new CatalogueEntry("archery/gone_000000_000010.mp4", 0, Split.TEST));
    assertThat(catalogue.entries())
        .extracting(CatalogueEntry::name)
        .contains("whole/-d_f.webm#t=5,15");
  }

  @Test
  void somethingSomethingHasTemplatesForLabels() throws IOException {
    touch("videos/20bn/78687.webm");
    write(
        "something-something-v2-train.json",
        "[{\"id\":\"78687\",\"label\":\"holding potato\",\"template\":\"Holding [something]\"}]");
    write(
        "something-something-v2-validation.json",
        "[{\"id\":\"42\",\"label\":\"x\",\"template\":\"Pushing [something] from left to right\"}]");
    Catalogue catalogue =
        readIn(
            "videos",
            "something-something-v2-train.json",
            "something-something-v2-validation.json");
    assertThat(catalogue.classes())
        .containsExactly("Holding something", "Pushing something from left to right");
    assertThat(catalogue.entries())
        .containsExactly(
            new CatalogueEntry("20bn/78687.webm", 0, Split.TRAIN),
            new CatalogueEntry("42.webm", 1, Split.VALIDATION));
  }

  @Test
  void charadesHasManyLabelsWithTimes() throws IOException {
    write(
        "Charades_v1_test.csv",
        "id,subject,scene,script,actions,length\n"
            + "46GP8,HR43,Kitchen,\"A person, cooking; at a stove.\",c092 11.90 21.20;c147 0.00 12.60,24.83\n"
            + "N11GT,0KZ7,Stairs,Someone,,18.33\n");
    write("classes.txt", "c000 Holding some clothes\nc092 Opening a window\nc147 Cooking\n");
    Catalogue catalogue =
        Catalogue.read(
            List.of(path("Charades_v1_test.csv")),
            null,
            path("classes.txt"),
            0.2,
            new Configuration());
    assertThat(catalogue.classes()).hasSize(3);
    assertThat(catalogue.entries())
        .containsExactly(
            new CatalogueEntry(
                "46GP8.mp4",
                List.of(new VideoLabel(1, 11.9, 21.2), new VideoLabel(2, 0.0, 12.6)),
                Split.TEST,
                null),
            new CatalogueEntry("N11GT.mp4", List.of(), Split.TEST, null));
  }

  @Test
  void linesOfPathAndLabelKeepNumbersInTheirOrder() throws IOException {
    write("val.txt", "some dir/a.mp4 10\nb.mp4 2\nc.mp4\t0\n");
    Catalogue catalogue = read("val.txt");
    assertThat(catalogue.classes()).containsExactly("0", "2", "10");
    assertThat(catalogue.entries())
        .containsExactly(
            new CatalogueEntry("b.mp4", 1, Split.VALIDATION),
            new CatalogueEntry("c.mp4", 0, Split.VALIDATION),
            new CatalogueEntry("some dir/a.mp4", 2, Split.VALIDATION));
  }

  @Test
  void aListOfClassesAsSomethingSomethingHasIt() throws IOException {
    write("labels.json", "{\"wave\": \"1\", \"clap\": \"0\", \"nod\": \"2\"}");
    write("a.csv", "path,label\na.mp4,nod\nb.mp4,jump\n");
    assertThatThrownBy(
            () ->
                Catalogue.read(
                    List.of(path("a.csv")), null, path("labels.json"), 0, new Configuration()))
        .hasMessageContaining(
            "a.csv:3: label = jump: is not in the list of classes; correct it, or add it to the list");
  }

  @Test
  void problemsComeTogetherWithTheirLines() throws IOException {
    write(
        "bad.csv",
        "path,label,split\na.mp4,a,train\na.mp4,b,train\nc.mp4,,train\nd.mp4,d,holdout\ne.mp4\n");
    assertThatThrownBy(() -> read("bad.csv"))
        .hasMessageContaining("bad.csv:3: path = a.mp4: is listed twice, first in ")
        .hasMessageContaining("bad.csv:4: path, label = c.mp4,: must not be empty")
        .hasMessageContaining("bad.csv:5: split = holdout: must be train, validation or test")
        .hasMessageContaining("bad.csv:6: fields = 1: must be as many as in the header");
    write("header.csv", "file,class\na.mp4,a\n");
    assertThatThrownBy(() -> read("header.csv"))
        .hasMessageContaining(
            "header.csv:1: header = file,class: must name the columns path and label");
  }

  @Test
  void aFileInTwoSplitsIsALeak() throws IOException {
    touch("videos/abc.mp4");
    write(
        "k.csv",
        "label,youtube_id,time_start,time_end,split\n"
            + "bike,abc,10,20,train\nbike,abc,30,40,train\nrun,abc,50,60,test\nrun,abc,9,9,test\n");
    assertThatThrownBy(() -> readIn("videos", "k.csv"))
        .hasMessageContaining("k.csv:4: split = test: the same file is in train, see ")
        .hasMessageContaining("k.csv:2; keep all parts of a file in one split")
        .hasMessageContaining("k.csv:5: time = 9 to 9: must be two numbers of seconds");
  }

  @Test
  void aHundredProblemsAreEnough() throws IOException {
    StringBuilder lines = new StringBuilder("path,label\n");
    for (int i = 0; i < 300; i++) {
      lines.append("a.mp4,x\n");
    }
    write("many.csv", lines.toString());
    assertThatThrownBy(() -> read("many.csv"))
        .hasMessageContaining("catalogue: problems = 300: only the first 100 are listed");
  }

  private Catalogue read(String... names) throws IOException {
    return readIn(null, names);
  }

  private Catalogue readIn(String videos, String... names) throws IOException {
    return Catalogue.read(
        List.of(names).stream().map(this::path).toList(),
        videos == null ? null : path(videos),
        null,
        0.2,
        new Configuration());
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private void touch(String... names) throws IOException {
    for (String name : names) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.createFile(folder.resolve(name));
    }
  }
}
