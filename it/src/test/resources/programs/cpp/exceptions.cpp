#include <iostream>
#include <memory>
#include <stdexcept>

struct Guard {
  int &count;
  ~Guard() { count++; }
};

int main() {
  int closed = 0;
  try {
    auto guard = std::make_unique<Guard>(closed);
    throw std::runtime_error("expected");
  } catch (const std::exception &e) {
    std::cout << (closed == 1 && std::string(e.what()) == "expected" ? "OK" : "wrong") << '\n';
  }
}
