#include <iostream>
#include <string>

#include "greeting.hpp"

int main(int argc, char **argv) {
  const int größe = argc - 1;
  std::cout << greet("世界") << "\narguments: " << größe << '\n';
  for (int i = 1; i < argc; i++) {
    std::cout << "argument: " << argv[i] << '\n';
  }
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << "input: " << line << '\n';
  }
}
