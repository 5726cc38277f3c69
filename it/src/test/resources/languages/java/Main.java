import java.util.Scanner;

public class Main {
  public static void main(String[] arguments) {
    int größe = arguments.length;
    System.out.println(Greeting.greet("世界"));
    System.out.println("arguments: " + größe);
    for (String argument : arguments) {
      System.out.println("argument: " + argument);
    }
    for (Scanner lines = new Scanner(System.in); lines.hasNextLine(); ) {
      System.out.println("input: " + lines.nextLine());
    }
  }
}
