#include <stdio.h>

#include "greeting.h"

int main(int argc, char **argv) {
  char line[256];
  int größe = argc - 1;
  greet("世界");
  printf("arguments: %d\n", größe);
  for (int i = 1; i < argc; i++) {
    printf("argument: %s\n", argv[i]);
  }
  while (fgets(line, sizeof line, stdin)) {
    printf("input: %s", line);
  }
  return 0;
}
