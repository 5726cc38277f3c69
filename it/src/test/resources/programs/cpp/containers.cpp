#include <algorithm>
#include <iostream>
#include <map>
#include <numeric>
#include <ranges>
#include <vector>

int main() {
  std::vector<int> numbers(10);
  std::iota(numbers.begin(), numbers.end(), 1);
  std::map<bool, int> sums;
  for (int n : numbers) {
    sums[n % 2 == 0] += n;
  }
  int squares = 0;
  for (int n : numbers | std::views::filter([](int n) { return n > 8; })) {
    squares += n * n;
  }
  std::cout << (sums[true] == 30 && sums[false] == 25 && squares == 181 ? "OK" : "wrong") << '\n';
}
