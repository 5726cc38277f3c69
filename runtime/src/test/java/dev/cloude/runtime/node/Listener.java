package dev.cloude.runtime.node;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A program that tells everyone who connects under which address it sees them. */
final class Listener {
  private Listener() {}

  /** Listens on the port that is given, on every address, and says so. */
  public static void main(String[] args) throws IOException {
    try (ServerSocket server = new ServerSocket(Integer.parseInt(args[0]))) {
      System.out.println("listening");
      while (true) {
        try (Socket socket = server.accept()) {
          String seen = socket.getInetAddress().getHostAddress();
          socket.getOutputStream().write(seen.getBytes(StandardCharsets.US_ASCII));
        }
      }
    }
  }
}
