public class Main {
  sealed interface Shape permits Square, Circle {}

  record Square(double side) implements Shape {}

  record Circle(double radius) implements Shape {}

  static double area(Shape shape) {
    if (shape instanceof Square square) {
      return square.side() * square.side();
    }
    return Math.PI * Math.pow(((Circle) shape).radius(), 2);
  }

  public static void main(String[] arguments) {
    byte[][] blocks = new byte[64][];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = new byte[1 << 20];
    }
    System.out.println(area(new Square(3)) == 9 && area(new Circle(1)) > 3 && blocks[63].length == 1 << 20 ? "OK" : "wrong");
  }
}
