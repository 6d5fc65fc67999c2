#pragma once

#include <gtest/gtest.h>

#include "tests/support/pictures.h"
#include "tests/support/run_model.h"
#include "tests/support/shared_files.h"

// Trained models of the shared folder, loaded and run through the public face.
namespace trireme::models {

// What the tests of known answers need: skips when a folder is not there.
class KnownAnswer : public testing::Test {
 protected:
  void SetUp() override;
  support::Picture picture(const std::string& name, int channels = 3) const;  // below data/images
  // The model's outputs for these input bytes, as floats: quantised ones dequantised.
  std::vector<std::vector<float>> run(const std::string& model, const support::Tensors& inputs);
  support::Tensors runRaw(const std::string& model, const support::Tensors& inputs, std::vector<TensorType>* types);

  std::filesystem::path models_, data_;
};

// The picture as a model's only input of type `type` wants it: resized, uint8 or int8, or float by scale and offset.
support::Tensors pictureInput(const support::Picture& picture, int width, int height, DataType type, float scale = 1,
                              float offset = 0);
// Random, but for integers that may be indices (0 or 1), and for 16 bits, which one operator wants not negative.
support::Tensors sensibleInputs(const Interpreter& interpreter, uint64_t seed);
std::vector<float> dequantized(const TensorType& type, std::span<const std::byte> bytes);

size_t largest(const std::vector<float>& scores);
// Whether `label` is among the `count` largest.
bool among(const std::vector<float>& scores, size_t label, size_t count);
double psnr(std::span<const uint8_t> a, std::span<const uint8_t> b);

}  // namespace trireme::models
