#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

int main(void) {
  int numbers[] = {5, 3, 9, 1};
  char text[32];
  qsort(numbers, 4, sizeof *numbers, ascending);
  snprintf(text, sizeof text, "%.4f %d", sqrt(2) * cos(0), numbers[3]);
  puts(strcmp(text, "1.4142 9") == 0 ? "OK" : text);
}
