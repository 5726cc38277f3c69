final class Greeting {
  static String greet(String whom) {
    return "Grüße, " + whom;
  }
}
