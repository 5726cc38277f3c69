#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int total;

static void *add(void *unused) {
  for (int i = 0; i < 1000; i++) {
    atomic_fetch_add(&total, 1);
  }
  return unused;
}

int main(void) {
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) {
    pthread_create(&threads[i], NULL, add, NULL);
  }
  for (int i = 0; i < 4; i++) {
    pthread_join(threads[i], NULL);
  }
  puts(total == 4000 ? "OK" : "wrong");
}
