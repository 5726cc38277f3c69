#include "greeting.hpp"

std::string greet(const std::string &whom) { return "Grüße, " + whom; }
