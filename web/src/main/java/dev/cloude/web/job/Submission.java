package dev.cloude.web.job;

import dev.cloude.api.JobRequest;
import dev.cloude.ejb.job.NewJob;
import dev.cloude.ejb.language.Languages;
import dev.cloude.ejb.language.UnsupportedLanguageException;
import dev.cloude.web.json.Utf8;
import java.nio.charset.CharacterCodingException;

/** Turns what a client sent into a job, or says why that is not possible. */
final class Submission {
  private Submission() {}

  /**
   * @param client who submits
   */
  static NewJob check(JobRequest request, Languages languages, String client)
      throws RejectedSubmissionException {
    if (request == null) {
      throw new RejectedSubmissionException("The body must be a JSON object");
    }
    if (request.code() == null) {
      throw new RejectedSubmissionException("Field 'code' is missing");
    }
    if (request.language() == null) {
      throw new RejectedSubmissionException("Field 'language' is missing");
    }
    if (request.code().isBlank()) {
      throw new RejectedSubmissionException("Code cannot be empty");
    }
    String language;
    try {
      language = languages.nameOf(request.language());
    } catch (UnsupportedLanguageException e) {
      throw new RejectedSubmissionException(e.getMessage());
    }
    return NewJob.of(
        language,
        bytes("code", request.code()),
        request.stdin() == null ? new byte[0] : bytes("stdin", request.stdin()),
        client);
  }

  /** UTF-8, refusing what Java would silently replace: half of a surrogate pair. */
  private static byte[] bytes(String field, String text) throws RejectedSubmissionException {
    try {
      return Utf8.encode(text);
    } catch (CharacterCodingException e) {
      throw new RejectedSubmissionException(
          "Field '%s' is not text: it has half of a surrogate pair".formatted(field));
    }
  }
}
