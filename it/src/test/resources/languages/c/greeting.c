#include "greeting.h"

#include <stdio.h>

void greet(const char *whom) { printf("Grüße, %s\n", whom); }
