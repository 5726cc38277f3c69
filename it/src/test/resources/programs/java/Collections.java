import java.util.*;
import java.util.stream.*;

public class Main {
  record Word(String text, int length) {}

  public static void main(String[] arguments) {
    Map<Integer, List<String>> words =
        Stream.of("a", "bb", "cc", "d")
            .map(text -> new Word(text, text.length()))
            .collect(Collectors.groupingBy(Word::length, TreeMap::new, Collectors.mapping(Word::text, Collectors.toList())));
    System.out.println(words.toString().equals("{1=[a, d], 2=[bb, cc]}") ? "OK" : words);
  }
}
