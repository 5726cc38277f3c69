import java.util.concurrent.*;
import java.util.stream.*;

public class Main {
  public static void main(String[] arguments) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(4);
    int sum = 0;
    for (Future<Integer> part : executor.invokeAll(IntStream.range(0, 4).<Callable<Integer>>mapToObj(i -> () -> i * 7).toList())) {
      sum += part.get();
    }
    executor.shutdown();
    System.out.println(sum == 42 ? "OK" : sum);
  }
}
