// The shortest useful program: a model, a picture of a digit, the answer.
//
//   hello_inference lenet_float32.tflite digits.npy 8

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "trireme/trireme.h"

namespace {

using trireme::Code;
using trireme::Result;
using trireme::Status;

constexpr size_t kPixels = 28 * 28;

// Picture `number` of a .npy file of bytes, 28 x 28 each.
Result<std::vector<uint8_t>> readDigit(const std::string& path, size_t number) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> all{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (all.size() < 10) return Status::error(Code::Io, "cannot read '" + path + "'");
  const size_t header = 10 + size_t(uint8_t(all[8])) + 256 * size_t(uint8_t(all[9]));
  const size_t digits = all.size() > header ? (all.size() - header) / kPixels : 0;
  if (number >= digits) {
    return Status::error(Code::InvalidArgument, "'" + path + "' has " + std::to_string(digits) +
                                                    " digits, there is no " + std::to_string(number));
  }
  const auto first = all.begin() + ptrdiff_t(header + number * kPixels);
  return std::vector<uint8_t>(first, first + kPixels);
}

void draw(const std::vector<uint8_t>& digit) {
  for (size_t row = 0; row < 28; row += 2) {
    for (size_t column = 0; column < 28; ++column) {
      const int ink = (digit[row * 28 + column] + digit[(row + 1) * 28 + column]) / 2;
      std::putchar(" .:*#"[ink / 52]);
    }
    std::putchar('\n');
  }
}

Status run(const std::string& modelPath, const std::string& digitsPath, size_t number) {
  TRIREME_ASSIGN(const std::shared_ptr<const trireme::Model> model, trireme::Model::fromFile(modelPath));
  TRIREME_ASSIGN(const std::vector<uint8_t> digit, readDigit(digitsPath, number));
  TRIREME_ASSIGN(const auto interpreter, trireme::Interpreter::create(model));

  TRIREME_ASSIGN(const trireme::TensorView input, interpreter->frame().input(0));
  TRIREME_ASSIGN(const std::span<float> pixels, input.as<float>());
  if (pixels.size() != kPixels) {
    return Status::error(Code::InvalidArgument, "the model wants " + input.type->shape.text() + ", not a digit");
  }
  std::transform(digit.begin(), digit.end(), pixels.begin(), [](uint8_t pixel) { return float(pixel) / 255; });

  TRIREME_TRY(interpreter->invoke());

  TRIREME_ASSIGN(const trireme::TensorView output, interpreter->frame().output(0));
  TRIREME_ASSIGN(const std::span<const float> scores, output.as<const float>());
  const auto best = std::max_element(scores.begin(), scores.end());
  draw(digit);
  std::printf("this is a %d (score %.3f)\n", int(best - scores.begin()), double(*best));
  return {};
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) {
    std::fprintf(stderr, "usage: hello_inference MODEL.tflite DIGITS.npy NUMBER\n");
    return 1;
  }
  const Status status = run(arguments[1], arguments[2], std::strtoul(arguments[3], nullptr, 10));
  if (!status.ok()) std::fprintf(stderr, "hello_inference: %s\n", std::string(status.message()).c_str());
  return status.ok() ? 0 : 1;
}
