#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  size_t size = 32u << 20;
  unsigned char *block = malloc(size);
  memset(block, 7, size);
  block = realloc(block, 2 * size);
  puts(block != NULL && block[size - 1] == 7 ? "OK" : "wrong");
  free(block);
}
