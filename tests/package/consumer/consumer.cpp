// What a user's first program looks like: loads the model it is given, runs it once on zeros.
#include <trireme/trireme.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  auto model = trireme::Model::fromFile(argv[1]);
  if (!model.ok()) return std::puts(model.status().message().data()), 1;
  auto interpreter = trireme::Interpreter::create(model.value(), trireme::Interpreter::Options().setThreads(1));
  if (!interpreter.ok()) return std::puts(interpreter.status().message().data()), 1;
  const trireme::Status status = interpreter.value()->invoke();
  if (!status.ok()) return std::puts(status.message().data()), 1;
  const auto scores = interpreter.value()->frame().output(0).value().as<float>().value();
  std::printf("trireme %s gave %zu scores\n", trireme::version().data(), scores.size());
  return scores.size() == 10 ? 0 : 1;
}
