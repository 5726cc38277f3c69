package dev.cloude.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cloude.it.api.Api.Event;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One job from the outside: what happens to it, what it writes, and its early end. */
@Tag("server")
@Tag("wire")
class FollowedJobTest {
  private static final String JOBS = "/api/v1/jobs";
  private static final String ENDLESS = "import time\nprint('up', flush=True)\ntime.sleep(10000)";

  private final Api api = new Api();

  @Test
  void eventsComeAsTheyHappenAndGoOnWhereAClientLeft() throws Exception {
    String id =
        api.submit(
            api.python(
                "import time\nfor i in range(5):\n  print('line', i, flush=True)\n  time.sleep(0.3)"));

    List<Event> first = api.events(id, null, event -> event.name().equals("output"));
    Event last = first.get(first.size() - 1);
    assertThat(first.get(0).name()).isEqualTo("state");
    assertThat(last.name()).isEqualTo("output");
    List<Event> rest = api.events(id, last.id(), event -> false);

    assertThat(rest).extracting(Event::id).doesNotContainAnyElementsOf(ids(first));
    List<Event> all = new ArrayList<>(first);
    all.addAll(rest);
    assertThat(output(all)).isEqualTo("line 0\nline 1\nline 2\nline 3\nline 4\n");
    Event end = all.get(all.size() - 1);
    assertThat(end.name()).isEqualTo("end");
    assertThat(end.data().get("verdict").asText()).isEqualTo("accepted");
    assertThat(output(api.events(id, null, event -> false)))
        .as("afterwards, from the start")
        .isEqualTo("line 0\nline 1\nline 2\nline 3\nline 4\n");
    assertThat(
            api.send(
                    api.request(JOBS + "/" + id + "/events")
                        .header("Last-Event-ID", end.id())
                        .GET())
                .statusCode())
        .as("nothing more will come")
        .isEqualTo(204);
  }

  private static List<String> ids(List<Event> events) {
    return events.stream().map(Event::id).toList();
  }

  /** Joined; every event must go on where the one before ended. */
  private static String output(List<Event> events) {
    StringBuilder text = new StringBuilder();
    for (Event event : events) {
      if (event.name().equals("output") && event.data().get("stream").asText().equals("stdout")) {
        assertThat(event.data().get("offset").asInt()).isEqualTo(text.length());
        text.append(event.data().get("text").asText());
      }
    }
    return text.toString();
  }

  @Test
  void outputIsThereByteForByteAndInRanges() throws Exception {
    String id =
        api.submit(
            api.python(
                "import sys\nsys.stdout.buffer.write(bytes(range(256)))\nsys.stderr.write('e')"));
    JsonNode job = api.end(id);
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    String path = JOBS + "/" + id + "/output/stdout";

    assertThat(Base64.getDecoder().decode(job.at("/result/stdout/base64").asText())).isEqualTo(all);
    HttpResponse<byte[]> whole = api.bytes(api.request(path).GET());
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.body()).isEqualTo(all);
    assertThat(whole.headers().map())
        .containsEntry("x-content-type-options", List.of("nosniff"))
        .containsEntry("content-type", List.of("application/octet-stream"))
        .containsEntry("cloude-complete", List.of("true"))
        .containsEntry("cloude-truncated", List.of("false"));
    HttpResponse<byte[]> part = api.bytes(api.request(path).header("Range", "bytes=10-19").GET());
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(all, 10, 20));
    assertThat(part.headers().firstValue("Content-Range")).contains("bytes 10-19/256");
    assertThat(api.bytes(api.request(path).header("Range", "bytes=-6").GET()).body())
        .isEqualTo(Arrays.copyOfRange(all, 250, 256));
    HttpResponse<String> beyond = api.send(api.request(path).header("Range", "bytes=256-").GET());
    assertThat(beyond.statusCode()).isEqualTo(416);
    assertThat(beyond.headers().firstValue("Content-Range")).contains("bytes */256");
    assertThat(api.get(JOBS + "/" + id + "/output/stderr").body()).isEqualTo("e");
    assertThat(api.get(JOBS + "/" + id + "/output/compile_stdout").body()).isEmpty();
  }

  @Test
  void cancellingEndsAJobAndMayBeRepeated() throws Exception {
    String id = api.submit(api.python(ENDLESS));
    api.events(id, null, event -> event.name().equals("output"));

    HttpResponse<String> cancelled = api.delete(JOBS + "/" + id);

    assertThat(cancelled.statusCode()).isIn(200, 202);
    JsonNode job = api.end(id);
    assertThat(job.get("verdict").asText()).as(job.toString()).isEqualTo("cancelled");
    assertThat(job.at("/result/stdout/text").asText()).isEqualTo("up\n");
    HttpResponse<String> again = api.delete(JOBS + "/" + id);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(api.parse(again.body()).get("verdict").asText()).isEqualTo("cancelled");
  }
}
