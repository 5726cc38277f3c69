#include <future>
#include <iostream>
#include <thread>
#include <vector>

int main() {
  std::vector<std::future<int>> parts;
  for (int i = 0; i < 4; i++) {
    parts.push_back(std::async(std::launch::async, [i] { return i * 7; }));
  }
  int sum = 0;
  for (auto &part : parts) {
    sum += part.get();
  }
  std::cout << (sum == 42 ? "OK" : "wrong") << '\n';
}
