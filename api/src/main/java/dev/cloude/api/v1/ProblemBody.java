package dev.cloude.api.v1;

/**
 * Body of every error answer under {@code /api}: RFC 9457, {@code application/problem+json}.
 *
 * @param type stable name of the kind of problem, see docs/api.md
 * @param title the kind in words
 * @param status of the answer
 * @param detail a sentence with the values and what to do
 * @param field of the body, parameter or header that it is about
 * @param value what was asked for, when a limit was exceeded
 * @param least that is possible then
 * @param ceiling most that is allowed then
 */
public record ProblemBody(
    String type,
    String title,
    int status,
    String detail,
    String field,
    String value,
    String least,
    String ceiling) {}
