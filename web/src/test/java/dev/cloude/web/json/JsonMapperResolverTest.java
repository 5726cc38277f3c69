package dev.cloude.web.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloude.api.ErrorBody;
import dev.cloude.api.JobCreated;
import dev.cloude.api.JobRequest;
import dev.cloude.api.JobStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonMapperResolverTest {
  private final ObjectMapper mapper = new JsonMapperResolver().getContext(JobRequest.class);

  @Test
  void aRequestIsRead() throws Exception {
    JobRequest request =
        mapper.readValue(
            "{\"language\":\"python\",\"code\":\"  é\\u0000\\n\",\"stdin\":\"in\"}",
            JobRequest.class);

    assertThat(request).isEqualTo(new JobRequest("python", "  é\0\n", "in"));
  }

  @Test
  void whatIsLeftOutIsNullAndWhatIsUnknownIsIgnored() throws Exception {
    assertThat(mapper.readValue("{\"code\":null,\"color\":[1]}", JobRequest.class))
        .isEqualTo(new JobRequest(null, null, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "\"python\"",
        "1",
        "true",
        "{\"code\":1}",
        "{\"code\":1.5}",
        "{\"code\":true}",
        "{\"code\":[\"x\"]}",
        "{\"code\":{}}",
        "{\"code\":\"x\",\"code\":\"y\"}",
        "{\"code\":\"x\"} {}",
        "{\"code\":\"x\"}}",
        "{'code':'x'}",
        "{\"code\":\"x\",}",
        "{\"code\":\"a\nb\"}"
      })
  void nothingIsGuessed(String body) {
    assertThatExceptionOfType(JsonProcessingException.class)
        .isThrownBy(() -> mapper.readValue(body, JobRequest.class));
  }

  @Test
  void aPendingJobHasItsFiveFieldsAndNoMore() throws Exception {
    JobStatus pending =
        new JobStatus("1", JobStatus.PENDING, null, null, null, null, null, null, null, null);

    assertThat(mapper.writeValueAsString(pending))
        .isEqualTo(
            "{\"id\":\"1\",\"status\":\"pending\","
                + "\"exit_code\":null,\"stdout\":null,\"stderr\":null}");
  }

  @Test
  void everythingThatIsKnownIsWrittenInSnakeCase() throws Exception {
    Map<String, Double> timings = new LinkedHashMap<>();
    timings.put("queued", 1.5);
    timings.put("vm_created", 2.0);
    JobStatus done =
        new JobStatus("1", JobStatus.DONE, 0, "o", "e", "bw==", "ZQ==", true, true, timings);

    assertThat(mapper.writeValueAsString(done))
        .isEqualTo(
            "{\"id\":\"1\",\"status\":\"done\",\"exit_code\":0,\"stdout\":\"o\",\"stderr\":\"e\","
                + "\"stdout_base64\":\"bw==\",\"stderr_base64\":\"ZQ==\",\"truncated\":true,"
                + "\"timed_out\":true,\"timings_ms\":{\"queued\":1.5,\"vm_created\":2.0}}");
  }

  @Test
  void smallAnswersAreWritten() throws Exception {
    assertThat(mapper.writeValueAsString(new JobCreated("1"))).isEqualTo("{\"id\":\"1\"}");
    assertThat(mapper.writeValueAsString(new ErrorBody("no"))).isEqualTo("{\"error\":\"no\"}");
  }

  @Test
  void nothingLooksLikeHtmlAndNothingIsLost() throws Exception {
    ErrorBody body = new ErrorBody("<script>\"a\" & 'b' é \u0000</script>");

    String json = mapper.writeValueAsString(body);

    assertThat(json).doesNotContain("<", ">", "&").contains("é");
    assertThat(mapper.readValue(json, ErrorBody.class)).isEqualTo(body);
  }
}
